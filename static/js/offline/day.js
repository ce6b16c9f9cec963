// The day's work on the device: what the server says is to go out and to come back, and the pages that work without network.
import { ask, person } from './server.js';
import { keep, word } from './store.js';

const WORK = '/api/v1/floor/work';

/** Return what was stored last for this person: {stored_at, data}; null when the device was never prepared. */
export async function work() {
  const kept = await word('work').catch(() => null);
  return kept && kept.person === person() ? { stored_at: kept.stored_at, data: kept.data } : null;
}

/** Store the day's work, the pages and their parts, and ask the browser to keep all of it: {ok, stored_at, pages, lasting}. */
export async function prepare(addresses = ['/floor', '/floor/queue']) {
  const { ok, status, answer } = await ask(WORK);
  // Who counts without keeping a store has no day's work, and still takes the counting pages along.
  if (!ok && status !== 403) return { ok: false, status, answer };
  const storedAt = new Date().toISOString();
  if (ok) await keep('work', { person: person(), stored_at: storedAt, data: answer });
  for (const number of addresses.map((one) => /^\/stocktakes\/(.+)\/count$/.exec(one)?.[1]).filter(Boolean)) await lots(`/api/v1/stocktakes/${number}/counts`);
  const lasting = await navigator.storage?.persist?.().catch(() => false);
  return { ok: true, stored_at: storedAt, pages: await pages(addresses), lasting: Boolean(lasting) };
}

/** Return the tags that are lots in a stocktake: as the server says now, and kept; without network as kept last. */
export async function lots(counts) {
  const name = `lots ${counts}`;
  const found = [];
  let next = '';
  do {
    const { ok, answer } = await ask(`${counts.replace(/counts$/, 'lines')}?limit=200${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
    if (!ok) return (await word(name).catch(() => null)) || [];
    found.push(...answer.items.filter((line) => line.lot).map((line) => line.tag));
    next = answer.next;
  } while (next);
  await keep(name, found);
  return found;
}

/** Say what stands ready without network: {work, pages, lasting}. */
export async function prepared() {
  const registration = await navigator.serviceWorker?.getRegistration('/').catch(() => null);
  return { work: await work(), app: Boolean(registration?.active), lasting: Boolean(await navigator.storage?.persisted?.().catch(() => false)) };
}

async function pages(addresses) {
  // Where the browser takes no worker, it never becomes ready.
  const registration = await Promise.race([navigator.serviceWorker?.ready, new Promise((done) => { setTimeout(done, 30000); })]);
  if (!registration?.active) return false;
  return new Promise((done) => {
    const heard = new MessageChannel();
    const timer = setTimeout(() => done(false), 30000);
    heard.port1.onmessage = (event) => { clearTimeout(timer); done(event.data.ok); };
    registration.active.postMessage({ prepare: true, person: person(), pages: addresses }, [heard.port2]);
  });
}
