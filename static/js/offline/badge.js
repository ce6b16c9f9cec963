// On every page of a device with a queue: how much waits, whether the page is from the store, and the worker that stores pages.
import '../floor/photos.js';
import * as queue from './queue.js';
import { keep, word } from './store.js';

const ON_FLOOR = /^\/floor(\/|$)|^\/stocktakes\/[^/]+\/count$/;

/** Write a moment as people do, in the page's language. */
export const moment = (iso) => new Date(iso).toLocaleString(document.documentElement.lang === 'en' ? 'en-GB' : 'zh-CN', {
  month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
});

/** Return a function that does the work soon, and once for many calls in a row. */
export function calmly(work) {
  let timer = 0;
  return () => { timer ||= setTimeout(() => { timer = 0; work(); }, 80); };
}

async function show() {
  const place = document.querySelector('[data-waits]');
  if (!place) return;
  const { waiting, refused } = await queue.pending();
  place.hidden = !waiting && !refused;
  place.classList.toggle('bad', refused > 0);
  place.textContent = refused ? place.dataset.refused.replace('{n}', refused) : place.dataset.waits.replace('{n}', waiting);
}

function sayStored() {
  const at = document.documentElement.dataset.storedAt;
  const place = document.querySelector('[data-stored]');
  if (!at || !place) return;
  place.textContent = place.dataset.stored.replace('{when}', moment(at));
  place.hidden = false;
}

async function worker() {
  if (!('serviceWorker' in navigator)) return;
  if (ON_FLOOR.test(window.location.pathname)) await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' });
  navigator.serviceWorker.controller?.postMessage({ person: queue.person() });
}

// What was prepared for another person goes from the device as soon as somebody else works on it.
async function onlyMine() {
  const kept = await word('work');
  if (kept && kept.person !== queue.person()) await keep('work', null);
}

sayStored();
queue.events.addEventListener('change', calmly(() => show().catch(() => {})));
show().catch(() => {});
onlyMine().catch(() => {});
worker().catch(() => {});
