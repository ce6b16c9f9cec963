// How a page talks to the server: as the person it was made for, with a patience, and with the server's clock in mind.
import { keep, word } from './store.js';

const PATIENCE = 20000;
const AWAY = new Set([0, 408, 425, 429, 502, 503, 504]);

let shift = null;
let last = 0;

/** Return the id of the person the page was made for; 0 for nobody. */
export const person = () => Number(document.querySelector('meta[name=person]')?.content || 0);

/** Say whether an answer means that the server was not reached, so that the same may be sent again later. */
export const unreached = (status) => AWAY.has(status);

/**
 * Ask the server: GET without a body, else POST. Gives {ok, status, answer}; status 0 when there is no network.
 * `key` makes an act one that is done once; `by` is the person it is sent for (a session of anybody else answers 401).
 */
export async function ask(url, body, { key, by = person(), patience = PATIENCE } = {}) {
  const headers = { Accept: 'application/json', 'X-From-Page': '1' };
  if (by) headers['X-For-Person'] = String(by);
  if (key) headers['Idempotency-Key'] = key;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const address = new URL(url, window.location.origin);
  if (address.pathname.startsWith('/api/')) address.searchParams.set('lang', document.documentElement.lang.startsWith('en') ? 'en' : 'zh');
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patience);
  try {
    const given = await fetch(address, {
      method: body === undefined ? 'GET' : 'POST', headers, body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin', cache: 'no-store', redirect: 'error', signal: stop.signal,
    });
    // A gate of the house network answers with a page of its own: that is not our server.
    if (!/json/.test(given.headers.get('Content-Type') || '')) return { ok: false, status: given.ok ? 0 : given.status, answer: null };
    return { ok: given.ok, status: given.status, answer: await given.json() };
  } catch {
    return { ok: false, status: 0, answer: null };
  } finally {
    clearTimeout(timer);
  }
}

/** Ask who is signed in here, and set the clock by the server's; null when it cannot be reached. */
export async function greet() {
  const { ok, answer } = await ask('/floor/session', undefined, { by: 0, patience: 6000 });
  if (!ok) return null;
  shift = answer.now - Date.now(); // At most the way back too early, so never in the server's future.
  await keep('clock', shift).catch(() => {});
  return answer;
}

/** Return the present moment by the server's clock as it was last heard, later than every moment given before. */
export async function moment() {
  if (shift === null) shift = await word('clock').catch(() => null) ?? null;
  if (shift === null) await greet();
  if (shift === null) shift = 0;
  last = Math.max(Date.now() + shift, last + 1);
  return new Date(last).toISOString();
}
