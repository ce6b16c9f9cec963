// The page of the queue: what waits, what was refused and must be decided, what was done; and the device made ready for the day.
import { calmly, moment } from './badge.js';
import * as queue from './queue.js';

const root = document.querySelector('[data-queue]');
const find = (selector, from = root) => from.querySelector(selector);
const row = (name) => find(`template[data-row=${name}]`).content.firstElementChild.cloneNode(true);
const when = (name, on, count) => {
  const place = find(`[data-when=${name}]`);
  place.hidden = !on;
  if (on && place.dataset.text) place.textContent = place.dataset.text.replace('{n}', count);
};

function fill(name, made) {
  const place = find(`[data-list=${name}]`);
  const list = place.matches('ul') ? place : find('ul', place);
  if (list.children.length !== made.length || made.some((one, place) => list.children[place] !== one)) list.replaceChildren(...made);
  if (place !== list) place.hidden = !made.length;
}

function told(name, kept) {
  const made = row(name);
  find('[data-label]', made).textContent = kept.label;
  const time = find('[data-at]', made);
  if (time) { time.dateTime = kept.ended_at && name === 'done' ? kept.ended_at : kept.at; time.textContent = moment(time.dateTime); }
  return made;
}

function done(kept) {
  const made = told('done', kept);
  find('[data-number]', made).textContent = kept.answer?.number || '';
  const reason = find('[data-reason]', made);
  reason.textContent = kept.state === 'dropped' ? reason.dataset.reason.replace('{why}', kept.reason) : '';
  return made;
}

// The refusal in the server's words, each thing with its own reason, and what can be done about it.
function conflict(kept, taken) {
  const made = told('refused', kept);
  const { problem } = kept;
  find('[data-why]', made).textContent = problem.detail || problem.title || String(problem.status);
  find('[data-whys]', made).replaceChildren(...(problem.blockers || []).map((one) => {
    const item = document.createElement('li');
    const tag = document.createElement('b');
    tag.textContent = one.tag;
    item.append(tag, ' ', one.sentence);
    return item;
  }));
  const open = find('[data-open]', made);
  if (kept.open) { open.href = kept.open; open.hidden = false; }
  const back = find('[data-act=back]', made);
  back.hidden = !taken.has(kept.id);
  back.addEventListener('click', () => queue.giveBack(kept.id));
  find('[data-act=again]', made).addEventListener('click', (event) => { event.target.disabled = true; drawn.delete(kept.id); queue.again(kept.id); });
  const reason = find('[data-why-not]', made);
  const missing = find('[data-missing]', made);
  find('[data-act=drop]', made).addEventListener('click', () => {
    missing.hidden = Boolean(reason.value.trim());
    reason.toggleAttribute('aria-invalid', !missing.hidden);
    if (missing.hidden) queue.drop(kept.id, reason.value.trim()); else reason.focus();
  });
  return made;
}

// What says the same as before is the same element: an opened one stays open, whatever is tried again meanwhile.
const drawn = new Map();
function conflictOnce(kept, taken) {
  const said = JSON.stringify([kept.label, kept.at, kept.problem, kept.open, taken.has(kept.id)]);
  if (drawn.get(kept.id)?.said !== said) drawn.set(kept.id, { said, made: conflict(kept, taken) });
  return drawn.get(kept.id).made;
}

function lists(scans) {
  const sums = new Map();
  for (const one of scans) {
    const mode = find(`[data-mode="${CSS.escape(one.mode)}"]`, root)?.textContent || one.mode;
    const name = `${mode} ${one.target}`.trim();
    sums.set(name, (sums.get(name) || 0) + 1);
  }
  return [...sums].map(([name, count]) => {
    const made = row('scans');
    find('[data-label]', made).textContent = name;
    const place = find('[data-count]', made);
    place.textContent = place.dataset.count.replace('{n}', count);
    return made;
  });
}

async function show() {
  // A reason that is being typed is not torn away; the list is drawn anew when it is done.
  if (document.activeElement?.matches('[data-why-not]') && document.activeElement.value) return;
  const { acts, scans } = await queue.everything();
  const mine = acts.filter((kept) => kept.person === queue.person());
  const taken = new Set(scans.filter((one) => one.act).map((one) => one.act));
  const waiting = mine.filter((kept) => kept.state === 'waiting');
  fill('waiting', waiting.map((kept) => told('waiting', kept)));
  fill('refused', mine.filter((kept) => kept.state === 'refused').map((kept) => conflictOnce(kept, taken)));
  fill('done', mine.filter((kept) => kept.state === 'done' || kept.state === 'dropped').sort((a, b) => b.id - a.id).slice(0, 50).map(done));
  fill('scans', lists(scans.filter((one) => !one.act && one.person === queue.person())));
  find('[data-none=waiting]').hidden = waiting.length > 0;
  find('[data-act=send]').hidden = !waiting.length;
  const { standing, other_people: others } = await queue.pending();
  for (const name of ['signed_out', 'other_person', 'network']) when(name, waiting.length && standing === name);
  when('others', others > 0, others);
}

async function ready() {
  const state = await queue.prepared();
  for (const name of ['work', 'app', 'lasting']) {
    const place = find(`[data-check=${name}]`);
    place.className = state[name] ? 'yes' : 'no';
    place.textContent = (state[name] ? place.dataset.yes : place.dataset.no).replace('{when}', state.work ? moment(state.work.stored_at) : '');
  }
  when('plain', !window.isSecureContext);
}

find('[data-act=send]').addEventListener('click', async () => { await queue.flush(); await show(); });
find('[data-act=prepare]').addEventListener('click', async (event) => {
  const said = find('[data-said]');
  event.target.disabled = true;
  const { ok, answer, pages } = await queue.prepare(root.dataset.pages.split(' '));
  event.target.disabled = false;
  said.textContent = ok ? (pages || !window.isSecureContext ? said.dataset.done : said.dataset.part) : answer?.detail || said.dataset.fail;
  await ready();
});

find('[data-act=prepare]').disabled = false;

let offer = null;
const install = find('[data-act=install]');
window.addEventListener('beforeinstallprompt', (event) => { event.preventDefault(); offer = event; install.hidden = false; });
install.addEventListener('click', async () => { await offer?.prompt(); offer = null; install.hidden = true; });

queue.events.addEventListener('change', calmly(() => show().catch(() => when('broken', true))));
show().catch(() => when('broken', true));
ready().catch(() => {});
