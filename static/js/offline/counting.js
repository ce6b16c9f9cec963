// The counting page with or without network: each count is on disk before it is shown, sent by the queue, and there once.
import { read } from '../floor/tags.js';
import { calmly, moment } from './badge.js';
import * as queue from './queue.js';

const box = document.querySelector('[data-counting]');
const url = box.dataset.url;
const outcomes = JSON.parse(box.dataset.outcomes);
const said = box.querySelector('[data-counted]');
const list = box.querySelector('ul');
const ask = box.querySelector('form');
const bare = (text) => read(text).tag || text.trim().toUpperCase();

let known = new Set();
let timer = 0;

function tell(text, good = true) {
  said.textContent = text;
  said.className = good ? 'note done' : 'note bad';
  said.hidden = !text;
}

async function waiting() {
  const { acts } = await queue.everything();
  const mine = acts.filter((one) => one.url === url && one.person === queue.person() && one.state === 'waiting').reverse();
  box.querySelector('[data-kept]').hidden = !mine.length;
  list.replaceChildren(...mine.slice(0, 200).map((one) => {
    const item = document.createElement('li');
    const name = document.createElement('b');
    name.textContent = one.label;
    item.append(name, ' ', moment(one.at));
    return item;
  }));
}

// The server's own list and totals, without leaving the page.
function refresh() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const answer = await fetch(window.location.href, { credentials: 'same-origin' }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (page.documentElement.dataset.storedAt) return;
    for (const part of document.querySelectorAll('[data-live-part]')) {
      const fresh = page.getElementById(part.id);
      if (fresh && part.id !== 'count-said') part.replaceChildren(...fresh.childNodes);
    }
  }, 300);
}

async function count(one) {
  const at = await queue.moment();
  const what = one.tag || one.words || box.dataset.undone;
  const label = one.units > 1 ? `${what} × ${one.units}` : what;
  const body = { counts: [{ ...one, occurred_at: at }], occurred_at: at };
  const { state, answer } = await queue.act({ url, body, label: `${label} · ${box.dataset.number}`, open: `/stocktakes/${box.dataset.number}` });
  if (state === 'refused') return tell(answer.detail || '', false);
  if (state === 'kept') return tell(box.dataset.keptSay.replace('{what}', label));
  const [taken] = answer.counts;
  tell(`${taken.tag || taken.words} ${(document.documentElement.lang === 'en' && taken.kind_en) || taken.kind}: ${outcomes[taken.outcome] || taken.outcome}`, ['counted', 'undone'].includes(taken.outcome));
  return refresh();
}

function stated(form) {
  const value = (name) => form.elements.namedItem(name)?.value?.trim() || '';
  const one = { key: queue.fresh(), tag: value('tag'), words: value('words'), place: value('place') || null };
  if (value('units')) one.units = Number(value('units'));
  if (value('undo')) one.undoes = value('undo');
  return one;
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || new URL(form.action).pathname !== window.location.pathname) return;
  // A photo and a kind in words are read by the server; all else goes through the queue.
  if ([...form.querySelectorAll('input[type=file]')].some((file) => file.files.length) || form.elements.namedItem('kind')?.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const one = stated(form);
  if (!one.tag && !one.words && !one.undoes) return;
  const lot = one.tag && one.units === undefined && known.has(bare(one.tag));
  if (lot) {
    ask.hidden = false;
    ask.elements.namedItem('tag').value = one.tag;
    ask.elements.namedItem('place').value = one.place || '';
    ask.querySelector('[data-lot]').textContent = ask.querySelector('[data-lot]').dataset.lot.replace('{tag}', bare(one.tag));
  }
  for (const field of form.querySelectorAll('input[name=tag]:not([type=hidden]), input[name=words], input[type=number]')) field.value = '';
  if (lot) { ask.elements.namedItem('units').focus(); return; }
  ask.hidden = true;
  document.querySelector('[data-scan-input]')?.focus();
  count(one).catch((error) => tell(error.message, false));
}, { capture: true });

queue.events.addEventListener('change', calmly(() => waiting().catch(() => {})));
waiting().catch(() => {});
queue.lots(url).then((tags) => { known = new Set(tags); }).catch(() => {});
box.dataset.ready = '1';
