// The scan desk: every scan is on disk before it is shown, judged here at once and by the server right after; one act at the end.
import * as queue from '../offline/queue.js';
import { countOn } from './counting.js';
import { eye } from './eye.js';
import { bodies } from './finish.js';
import { indexed, judge } from './judge.js';
import { List } from './list.js';
import { besides } from './meaning.js';
import { expected, result } from './outcome.js';
import './photos.js';
import { signal } from './sound.js';
import { counted } from './tags.js';
import { listen } from './wedge.js';
import { say } from './words.js';

const PAUSE = 250;
const at = (id) => document.getElementById(id);
const box = at('desk');
const mode = box?.dataset.mode;
const params = new URLSearchParams(window.location.search);
const desk = { target: params.get('target') || '', store: '', entries: [], known: indexed(null) }; // what is worked on, its list, the day's work
let judged = { rows: new Map(), lines: [] };
let told = new Map(); // what the server said last, by tag and count
let version = 0;
let timer = 0;
let chain = Promise.resolve();

const said = box?.querySelector('[data-said]');
function tell(text, good) {
  said.textContent = text;
  said.classList.toggle('bad', good === false);
  said.classList.toggle('good', good === true);
}
function note(text) { at('desk-note').textContent = text; at('desk-note').hidden = !text; }
const lists = () => desk.entries.map(({ tag, count, thing }) => ({ tag, count, thing }));
const needsTarget = () => box.dataset.aims === 'request' || mode === 'move';

// What is shown: the device's own judgement, and over it the server's where it has spoken of the same tag and count.
function show() {
  judged = judge(desk.known, mode, desk.target, lists());
  for (const entry of desk.entries) {
    const word = told.get(entry.tag);
    if (word && word.asked === (entry.count ?? null)) judged.rows.set(entry.tag, word);
  }
  if (told.lines && told.size && desk.entries.every((entry) => told.get(entry.tag)?.asked === (entry.count ?? null))) judged.lines = told.lines;
  const ready = going();
  const units = ready.reduce((sum, row) => sum + row.count, 0);
  const promised = judged.lines.reduce((sum, line) => sum + line.promised, 0);
  list.show(desk.entries, judged);
  at('desk-total').textContent = promised ? say('of', { picked: units, promised }) : units ? say('things', { count: units }) : document.title.split(' · ')[0];
  const blocked = desk.entries.length - desk.entries.filter((entry) => !judged.rows.get(entry.tag)?.reason).length;
  at('desk-blocked').hidden = !blocked;
  at('desk-blocked').setAttribute('aria-label', say('blocked', { count: blocked }));
  for (const act of document.querySelectorAll('#desk-dock [data-act]')) {
    act.textContent = say(act.dataset.act, { count: units });
    act.disabled = !units;
  }
  at('desk-dock').hidden = !desk.entries.length || (mode === 'find' && !units);
  at('desk-finish').hidden = !desk.entries.length || !at('desk-finish').childElementCount;
  if (at('desk-expected')) expected(at('desk-expected'), desk.entries.length ? [] : desk.known.work?.back || [], (number) => take(number).then(wedge.focus));
}
function going() {
  const rows = desk.entries.map((entry) => ({ ...judged.rows.get(entry.tag), tag: entry.tag, thing: entry.thing })).filter((row) => !row.reason);
  return mode === 'find' ? rows.filter((row) => row.remark && desk.target) : rows;
}

async function look() {
  const mine = ++version;
  if (!desk.entries.length || mode === 'claim') return;
  const asked = lists().map(({ tag, count }) => ({ tag, count }));
  const { ok, status, answer } = await queue.ask('/api/v1/floor/look', { mode, target: desk.target, lines: asked });
  if (mine !== version) return;
  if (!ok) {
    if (status === 404 && answer) tell(answer.detail, false);
    else if (!status) await offline();
    return;
  }
  note('');
  const before = judged.rows;
  const counts = new Map(asked.map((line) => [line.tag, line.count ?? null]));
  told = new Map(answer.rows.map((row) => [row.tag, { ...row, asked: counts.get(row.tag) ?? null }]));
  told.lines = answer.lines;
  preset('destination', answer.lines.find((line) => line.drop)?.drop);
  const codes = answer.rows.filter((row) => row.code);
  const fresh = answer.rows.find((row) => row.reason && !row.code && !before.get(row.tag)?.reason);
  show();
  for (const row of codes) { await drop(row.tag); await meaning.coded({ tag: row.tag, ...row.code }); }
  if (fresh) { signal('bad'); tell(`${fresh.tag}: ${fresh.reason.sentence}`, false); }
}
function later() { clearTimeout(timer); version += 1; timer = setTimeout(() => look().catch(() => {}), PAUSE); }
async function offline() {
  const kept = await queue.work();
  note(kept ? say('offline', { when: new Date(kept.stored_at).toLocaleString(document.documentElement.lang) }) : say('unprepared'));
}

// One text after the other, in the order they came, whoever scanned them.
function take(text) { chain = chain.then(() => accept(text)).catch((error) => { signal('bad'); tell(String(error.message || error), false); }); return chain; }

async function accept(text) {
  const found = counted(text);
  if (found.number) return meaning.numbered(found.number);
  if (found.mistyped) return refuse(say('mistyped', { tag: found.mistyped }));
  if (found.unreadable) return refuse(say('unreadable', { text: found.unreadable }));
  if (mode === 'claim') return meaning.paired(found.tag);
  if (desk.known.codes.has(found.tag)) return meaning.coded(desk.known.codes.get(found.tag));
  return add(found.tag, found.count);
}
function refuse(sentence) { signal('bad'); tell(sentence, false); }

async function add(tag, count = null, more = {}) {
  if (needsTarget() && !desk.target) return refuse(say(mode === 'move' ? 'no_shelf' : 'no_request'));
  const there = desk.entries.find((entry) => entry.tag === tag);
  if (there) {
    signal('again');
    return tell(say('again', { tag }), false);
  }
  const kept = await queue.scan({ mode, target: desk.target, tag, count, ...more });
  desk.entries.push({ id: kept.id, tag, count, ...more });
  at('desk-result').hidden = true;
  show();
  const row = judged.rows.get(tag);
  signal(row.reason ? 'bad' : 'good');
  if (row.reason) tell(`${tag}: ${row.reason.sentence}`, false); else tell(say('added', { tag, kind: row.kind }), true);
  later();
  return undefined;
}

async function drop(tag) {
  const entry = desk.entries.find((one) => one.tag === tag);
  if (!entry) return;
  await queue.forget(entry.id);
  desk.entries = desk.entries.filter((one) => one !== entry);
  told.delete(tag);
  show();
  later();
}
async function setCount(tag, count) {
  const entry = desk.entries.find((one) => one.tag === tag);
  if (!entry) return;
  entry.count = count;
  await queue.change(entry.id, { count });
  show();
  later();
}
async function cure(tag, { act, count, url }) {
  if (act === 'open') window.location.assign(url);
  else if (act === 'count') await setCount(tag, count);
  else await drop(tag);
  wedge.focus();
}
async function photo(tag) {
  const counted = await countOn(at('desk-photo'), at('desk-chooser'));
  const entry = desk.entries.find((one) => one.tag === tag);
  if (!counted || !entry) return;
  entry.photo = counted;
  await queue.change(entry.id, { photo: counted });
  await setCount(tag, counted.count);
}

/** Choose what is worked on; each target has a list of its own. */
async function aim(target, store = '') {
  Object.assign(desk, { target, store });
  const address = new URL(window.location);
  if (target) address.searchParams.set('target', target);
  address.searchParams.delete('tag');
  window.history.replaceState(null, '', address);
  if (box.dataset.aims === 'request') {
    at('desk-aim').hidden = Boolean(target);
    at('desk-scan').hidden = !target;
  } else if (at('desk-store')) {
    const [code, ...place] = target.split('/');
    if (code) at('desk-store').value = code;
    if (at('desk-place')) at('desk-place').value = place.join('/');
  }
  const shop = at('desk-store')?.selectedOptions[0]?.textContent;
  at('desk-target').textContent = shop ? [shop, ...target.split('/').slice(1)].join(' · ') : target;
  at('desk-scan').elements.namedItem('request').value = target;
  desk.entries = await queue.scans(mode, target);
  told = new Map();
  show();
  if (desk.entries.length) later();
  await learn();
}

/** Know the day's work: what this device stored, and over it what the server says now. */
async function learn() {
  desk.known = indexed((await queue.work())?.data);
  show();
  const { ok, status, answer } = await queue.ask(`/api/v1/floor/work?days=${mode === 'back' ? 3 : 0}&document=${encodeURIComponent(box.dataset.aims === 'request' ? desk.target : '')}`);
  if (!ok) { if (!status) await offline(); return; }
  desk.known = indexed(answer);
  const order = answer.out.filter((one) => one.number === desk.target);
  if (mode === 'out' && order.length) {
    if (!order.some((one) => one.store === desk.store)) desk.store = order[0].store;
    at('desk-target').textContent = `${desk.target} · ${order[0].receiver}`;
    preset('name', order[0].contacts[0]?.name);
    preset('telephone', order[0].contacts[0]?.phone);
  }
  show();
}
/** Fill a field of the form below with what is known already; never over what was typed. */
function preset(name, value) {
  const one = at('desk-finish').querySelector(`[name="out-${name}"]`);
  if (one && !one.value && value) one.value = value;
}

async function finish(act) {
  const rows = going();
  if (!rows.length) return refuse(say('nothing'));
  const form = at('desk-finish');
  const body = await bodies[mode](desk, rows, form, act);
  const label = `${say(act, { count: rows.reduce((sum, row) => sum + row.count, 0) })} · ${desk.target}`;
  const gone = new Set(rows.map((row) => row.tag));
  const taken = desk.entries.filter((entry) => gone.has(entry.tag));
  const url = box.dataset.url.replace('{target}', encodeURIComponent(desk.target));
  const open = mode === 'out' ? `/${desk.target.startsWith('TR') ? 'transfers' : 'requisitions'}/${desk.target}` : '';
  const { state, answer } = await queue.act({ url, body, label, takes: taken.map((entry) => entry.id), open });
  if (state === 'refused') return refused(answer);
  desk.entries = desk.entries.filter((entry) => !gone.has(entry.tag));
  told = new Map();
  form.reset();
  for (const clear of form.querySelectorAll('[data-clear]')) clear.click();
  show();
  signal('good');
  tell('', true);
  result(at('desk-result'), state, answer);
  await learn();
  return undefined;
}
function refused(answer) {
  for (const one of answer?.blockers || []) told.set(one.tag, { ...judged.rows.get(one.tag), asked: desk.entries.find((entry) => entry.tag === one.tag)?.count ?? null, count: 0, reason: one, cure: { act: 'drop', label: say('take_off') } });
  show();
  signal('bad');
  tell(answer?.detail || '', false);
  said.scrollIntoView({ block: 'center' });
  later();
}
const list = box && new List(at('desk-blocked'), at('desk-list'), at('desk-lines'), { drop, count: setCount, photo, cure });
const field = at('desk-tag');
const wedge = box && listen(field, take);
const meaning = box && besides(box, desk, { add, aim, setCount, show, refuse, tell });

async function begin() {
  for (const typed of document.querySelectorAll('.desk-typed')) typed.open = false;
  at('desk-scan').addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = at('desk-tags');
    wedge.take();
    if (typed?.value.trim()) { for (const line of typed.value.split(/[\n,;]+/)) if (line.trim()) take(line.trim()); typed.value = ''; }
    wedge.focus();
  });
  for (const link of document.querySelectorAll('[data-target]')) link.addEventListener('click', (event) => { event.preventDefault(); aim(link.dataset.target, link.dataset.store).then(wedge.focus); });
  document.querySelector('[data-aim-form]')?.addEventListener('submit', (event) => { event.preventDefault(); aim(at('target').value.trim().toUpperCase()).then(wedge.focus); });
  const where = () => aim(at('desk-place')?.value.trim() ? `${at('desk-store').value}/${at('desk-place').value.trim()}` : box.dataset.aims === 'store' || mode === 'find' ? at('desk-store').value : '');
  for (const one of [at('desk-store'), at('desk-place')]) one?.addEventListener('change', where);
  for (const act of document.querySelectorAll('#desk-dock [data-act]')) {
    act.addEventListener('click', async () => {
      if (act.dataset.busy) return;
      act.dataset.busy = '1';
      await chain;
      await finish(act.dataset.act).catch((error) => refuse(error.message));
      delete act.dataset.busy;
    });
  }
  eye(box.querySelector('[data-desk]'), take, tell);
  if (desk.target || ['request', 'nothing'].includes(box.dataset.aims)) await aim(desk.target); else await where();
  for (const tag of params.getAll('tag')) await take(tag);
  wedge.focus();
  box.dataset.ready = '1';
}
if (box) begin();
