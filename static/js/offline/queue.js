// The queue of a person's acts: a scan is on disk before it is shown, an act before it is sent; each is sent once, in order, and no refusal is lost.
import { ask, greet, moment, person, unreached } from './server.js';
import { asked, reading, writing } from './store.js';

export { moment, person } from './server.js';
export { lots, prepare, prepared, work } from './day.js';

const WAITS = [1000, 2000, 4000, 8000, 15000, 30000, 60000];
const MOST_FAILURES = 5;
const HISTORY = 200;

/** Says `change` (also of another tab), `sent` (detail: the act, its answer and the scans it took) and `refused` (detail: the act). */
export const events = new EventTarget();

const channel = 'BroadcastChannel' in window ? new BroadcastChannel('assetpool-queue') : null;
let running = null;
let timer = 0;
let failures = 0;
let standing = ''; // why the queue stands: '' | 'network' | 'signed_out' | 'other_person'

const announce = (name, detail) => events.dispatchEvent(new CustomEvent(name, { detail }));
function changed() {
  try { localStorage.setItem('assetpool-floor', '1'); } catch { /* Then only the floor's own pages show what waits. */ }
  announce('change');
  channel?.postMessage('change');
}
channel?.addEventListener('message', () => announce('change'));

/** Return a key that no other act has, where the browser makes none by itself too. */
export function fresh() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function free(scans, act) {
  for (const kept of await asked(scans.index('act').getAll(act))) await asked(scans.put({ ...kept, act: 0 }));
}
async function use(scans, act) {
  for (const id of await asked(scans.index('act').getAllKeys(act))) await asked(scans.delete(id));
}

/** Keep a scan; resolves with it (and its `id`) when it is on disk. Plain extras are kept with it. */
export async function scan({ mode, target = '', tag, count = null, ...more }) {
  const kept = { ...more, person: person(), mode, target, tag, count, at: await moment(), act: 0 };
  kept.id = await writing(['scans'], (scans) => asked(scans.add(kept)));
  changed();
  return kept;
}

/** Return the person's scans of a mode and target, oldest first, without those that an act has taken. */
export async function scans(mode, target = '') {
  const found = await reading(['scans'], (store) => asked(store.index('target').getAll([person(), mode, target])));
  return found.filter((one) => !one.act).sort((a, b) => a.id - b.id);
}

/** Change a kept scan (its count, say); resolves when it is on disk. */
export async function change(id, more) {
  await writing(['scans'], async (store) => {
    const kept = await asked(store.get(id));
    if (kept) await asked(store.put({ ...kept, ...more, id }));
  });
  changed();
}

/** Forget a scan. */
export async function forget(id) {
  await writing(['scans'], (store) => asked(store.delete(id)));
  changed();
}

/**
 * Keep an act, then send it: {state: 'sent' | 'kept' | 'refused', answer, status}. `takes` names the scans it uses up:
 * they are forgotten when it was sent, stay aside while it waits, and are back in their list when it was refused at once
 * (the caller shows that refusal; only an act refused later stays in the queue to be decided). `open`: the document's page.
 */
export async function act({ url, body = {}, label, takes = [], open = '' }) {
  const at = body.occurred_at || await moment();
  const kept = { key: fresh(), person: person(), url, body: { ...body, occurred_at: at }, label, open, at, state: 'waiting', tries: 0, problem: null };
  kept.id = await writing(['acts', 'scans'], async (acts, store) => {
    const id = await asked(acts.add(kept));
    for (const one of takes) {
      const taken = await asked(store.get(one));
      if (taken) await asked(store.put({ ...taken, act: id }));
    }
    return id;
  });
  changed();
  let now = kept;
  do {
    await flush().catch(() => { standing = 'network'; });
    now = await one(kept.id);
  } while (now?.state === 'waiting' && !standing);
  if (now?.state === 'done') return { state: 'sent', answer: now.answer, status: now.status };
  if (now?.state === 'refused') {
    await giveBack(kept.id);
    return { state: 'refused', answer: now.problem, status: now.problem.status };
  }
  return { state: 'kept', answer: null, status: 0 };
}

const one = (id) => reading(['acts'], (acts) => asked(acts.get(id)));

/** Ask the server something that is not kept: GET without a body, else POST. Gives {ok, status, answer}. */
export { ask } from './server.js';

/** Return what is on this device, oldest first: {acts} waiting, refused, done and dropped, and {scans}; of this person and of others. */
export const everything = () => reading(['acts', 'scans'], async (store, scanned) => ({ acts: await asked(store.getAll()), scans: await asked(scanned.getAll()) }));

/** Say how many acts wait, how many were refused, how many are other people's, how many scans stand in lists, and why the queue stands. */
export async function pending() {
  const me = person();
  const [open, lists] = await reading(['acts', 'scans'], async (store, scanned) => {
    const states = store.index('state');
    return [[...await asked(states.getAll('waiting')), ...await asked(states.getAll('refused'))], await asked(scanned.index('act').count(0))];
  });
  const mine = open.filter((kept) => kept.person === me);
  return {
    waiting: mine.filter((kept) => kept.state === 'waiting').length, refused: mine.filter((kept) => kept.state === 'refused').length,
    other_people: open.length - mine.length, scans: lists, standing, signed_out: standing === 'signed_out',
  };
}

/** Send what waits, in order, now; resolves when nothing more can be sent. Only one tab sends at a time. */
export function flush() {
  clearTimeout(timer);
  const alone = (send) => (navigator.locks ? navigator.locks.request('assetpool-queue', send) : send());
  running ||= Promise.resolve(alone(sendAll)).finally(() => { running = null; });
  return running;
}

function later() {
  const wait = WAITS[Math.min(failures, WAITS.length - 1)];
  failures += 1;
  clearTimeout(timer);
  timer = setTimeout(flush, wait * (0.8 + 0.4 * Math.random()));
}

async function sendAll() {
  const me = person();
  standing = me ? '' : 'signed_out';
  for (let after = 0; me;) {
    const next = await following(me, after);
    if (!next) return;
    after = next.id;
    const { ok, status, answer } = await ask(next.url, next.body, { key: next.key, by: next.person });
    if (ok) {
      failures = 0;
      await done(next, status, answer);
    } else if (status === 401) {
      const here = await greet();
      standing = !here || here.person === me ? 'network' : here.person ? 'other_person' : 'signed_out';
      if (standing === 'network') later();
      changed();
      return;
    } else if (unreached(status) || (status >= 500 && next.tries + 1 < MOST_FAILURES)) {
      if (!unreached(status)) await settle(next.id, { tries: next.tries + 1 });
      standing = 'network';
      later();
      changed();
      return;
    } else {
      await refuse(next, status, answer);
    }
  }
}

/** Return the person's next waiting act after an id. */
async function following(me, after) {
  return reading(['acts'], async (store) => {
    for (const id of await asked(store.index('state').getAllKeys('waiting'))) {
      const kept = id > after ? await asked(store.get(id)) : null;
      if (kept?.person === me) return kept;
    }
    return null;
  });
}

const settle = (id, more) => writing(['acts'], async (store) => {
  const kept = await asked(store.get(id));
  if (kept) await asked(store.put({ ...kept, ...more }));
});

async function done(next, status, answer) {
  let taken = [];
  await writing(['acts', 'scans'], async (store, scanned) => {
    taken = await asked(scanned.index('act').getAll(next.id));
    await use(scanned, next.id);
    // What was sent is told by its label from now on: names and signatures in it stay no longer on the device.
    await asked(store.put({ ...next, body: null, state: 'done', status, answer, ended_at: new Date().toISOString() }));
    const over = (await asked(store.index('state').getAllKeys('done'))).slice(0, -HISTORY);
    for (const id of over) await asked(store.delete(id));
  });
  announce('sent', { ...next, answer, taken });
  changed();
}

async function refuse(next, status, answer) {
  const problem = { ...(answer || {}), status };
  await settle(next.id, { state: 'refused', problem, ended_at: new Date().toISOString() });
  announce('refused', { ...next, problem });
  changed();
}

/** Send a refused act again as it is, at the moment it happened; the server judges anew. */
export async function again(id) {
  await settle(id, { state: 'waiting', tries: 0 });
  changed();
  await flush();
  return one(id);
}

/** Take a refused act out of the queue and put its scans back into the list they came from. */
export async function giveBack(id) {
  await writing(['acts', 'scans'], async (store, scanned) => {
    await free(scanned, id);
    await asked(store.delete(id));
  });
  changed();
}

/** Give a refused act up, with a reason; it stays in the list of what was done here. */
export async function drop(id, reason) {
  await writing(['acts', 'scans'], async (store, scanned) => {
    await use(scanned, id);
    const kept = await asked(store.get(id));
    if (kept) await asked(store.put({ ...kept, body: null, state: 'dropped', reason, ended_at: new Date().toISOString() }));
  });
  changed();
}

/** Begin: hear the server's clock, send what waits, and go on when the network is back or the page is looked at again. */
async function begin() {
  if (!person()) return;
  const soon = () => { failures = 0; flush(); };
  window.addEventListener('online', soon);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) soon(); });
  if (document.body.classList.contains('floor')) await greet();
  if ((await pending()).waiting) await flush();
}
begin().catch(() => {});
