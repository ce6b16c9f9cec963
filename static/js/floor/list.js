// The list as it grows: what cannot go on top, the newest first, counts of lots to tap, one cure beside each reason.
import { say, words } from './words.js';

const make = (name, className = '', text = '') => {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};
function button(text, className, label, act) {
  const made = make('button', `btn ${className}`, text);
  made.type = 'button';
  if (label) made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
}

/** Draws entries into `blocked` and `fine`; `on` has drop(tag), count(tag, n), photo(tag), cure(tag, cure). */
export class List {
  constructor(blocked, fine, lines, on) {
    Object.assign(this, { blocked, fine, lines, on, drawn: new Map(), due: false });
  }

  /** Draw at the next frame, however often it is asked for before. */
  show(entries, judged) {
    this.next = [entries, judged];
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => { this.due = false; this.draw(...this.next); });
  }

  draw(entries, judged) {
    const there = new Set(entries.map((entry) => entry.tag));
    for (const [tag, item] of this.drawn) if (!there.has(tag)) { item.element.remove(); this.drawn.delete(tag); }
    entries.forEach((entry, index) => this.place(entry, judged.rows.get(entry.tag) || { tag: entry.tag }, index === entries.length - 1));
    this.totals(judged.lines || []);
  }

  place(entry, row, newest) {
    const old = this.drawn.get(entry.tag);
    const sign = JSON.stringify([row, entry.count, entry.photo?.count]);
    const box = row.reason ? this.blocked : this.fine;
    if (old?.sign === sign) { old.element.classList.toggle('fresh', newest && !row.reason); return; }
    const element = this.item(entry, row);
    element.classList.toggle('fresh', newest && !row.reason);
    const focused = old?.element.contains(document.activeElement) ? document.activeElement.dataset.part : '';
    if (old && old.element.parentNode === box) old.element.replaceWith(element); else { old?.element.remove(); box.prepend(element); }
    if (focused) element.querySelector(`[data-part="${focused}"]`)?.focus({ preventScroll: true });
    this.drawn.set(entry.tag, { sign, element });
  }

  item(entry, row) {
    const element = make('li', row.reason ? 'blocked' : '');
    element.dataset.tag = entry.tag;
    const what = make('div');
    what.append(make('span', 'code', entry.tag), ` ${row.kind || ''}`);
    const small = [row.slip, row.state && !['in_store', 'out'].includes(row.state) ? words.states[row.state] : '', row.store, row.place, row.unsure ? say('unsure') : ''].filter(Boolean).join(' · ');
    if (small) what.append(make('div', 'small dim', small));
    if (row.remark) what.append(make('div', 'small desk-remark', row.remark.sentence));
    const right = make('div', 'tally-right acts');
    if (row.form === 'lot') right.append(this.stepper(entry, row));
    const off = button('×', 'quiet', say('take_off_tag', { tag: entry.tag }), () => this.on.drop(entry.tag));
    off.dataset.part = 'off';
    right.append(off);
    element.append(what, right);
    if (row.form === 'lot') {
      const more = make('div', 'desk-more acts');
      more.append(button(entry.photo ? say('counted', { count: entry.photo.count }) : say('by_photo'), '', '', () => this.on.photo(entry.tag)));
      element.append(more);
    }
    if (row.reason) {
      const why = make('div', 'tally-why', row.reason.sentence);
      element.append(why);
      if (row.cure) {
        const acts = make('div', 'desk-more acts');
        acts.append(button(row.cure.label, '', `${row.cure.label}: ${entry.tag}`, () => this.on.cure(entry.tag, row.cure)));
        element.append(acts);
      }
    }
    return element;
  }

  stepper(entry, row) {
    const box = make('div', 'stepper');
    const input = make('input');
    Object.assign(input, { type: 'number', min: 1, inputMode: 'numeric', value: entry.count ?? (row.count || 1) });
    input.setAttribute('aria-label', say('count_of', { tag: entry.tag }));
    input.dataset.part = 'count';
    const set = (number) => { if (Number.isInteger(number) && number > 0) this.on.count(entry.tag, number); };
    input.addEventListener('change', () => set(Number(input.value)));
    const less = button('−', '', say('fewer', { tag: entry.tag }), () => set(Number(input.value) - 1));
    const more = button('+', '', say('more', { tag: entry.tag }), () => set(Number(input.value) + 1));
    less.dataset.part = 'less';
    more.dataset.part = 'more';
    box.append(less, input, more);
    return box;
  }

  totals(lines) {
    const sign = JSON.stringify(lines);
    if (sign === this.sign) return;
    this.sign = sign;
    this.lines.hidden = !lines.length;
    this.lines.replaceChildren(...lines.map((line) => {
      const element = make('li', 'tally-line');
      const what = make('div');
      what.append(make('b', '', line.kind));
      const small = [line.spec, line.tag, line.drop].filter(Boolean).join(' · ');
      if (small) what.append(make('div', 'small dim', small));
      const lack = line.promised - line.picked;
      const right = make('div', 'tally-right');
      right.append(make('b', '', String(line.picked)), ` / ${line.promised}`, make('br'), make('span', `tag ${lack > 0 ? 'wait' : 'done'}`, lack > 0 ? say('missing', { count: lack }) : say('complete')));
      element.append(what, right);
      return element;
    }));
  }
}

export { make, button };
