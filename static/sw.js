// Without network: the parts of the product, the scan desk's and the counting pages of who works here, and nothing else.
// In front of this text the server writes VERSION (a digest of all parts), PARTS (their addresses) and FALLBACK (the page for "no network").
/* global VERSION, PARTS, FALLBACK */
const STORE = `parts-${VERSION}`;
const PAGES = 'pages';
const PATIENCE = 8000;
const KEPT = [/^\/floor(\/(?!session$|offline$)[a-z-]+)?$/, /^\/stocktakes\/[A-Z]{2}-\d{4}-\d{6}\/count$/];

const isKept = (path) => KEPT.some((one) => one.test(path));
const personOf = (text) => /<meta name="person" content="(\d+)"/.exec(text)?.[1] || '';

self.addEventListener('install', (event) => {
  const parts = [...PARTS, FALLBACK].map((address) => new Request(address, { cache: 'reload' }));
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(parts)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) if (name.startsWith('parts-') && name !== STORE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clear().then(() => { renew().catch(() => {}); }));
});

// Pages stored by an older version are fetched anew where the server is there; where it is not, the old ones stay. No page waits for this.
async function renew() {
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) await store(new URL(request.url).pathname).catch(() => false);
}

async function forgetOthers(person) {
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    const kept = await pages.match(request);
    if (kept?.headers.get('X-Stored-For') !== person) await pages.delete(request);
  }
}

// Keep a page under its path, for the person it was made for; what was stored for others goes.
async function keep(path, answer) {
  if (!answer.ok || answer.redirected || !/html/.test(answer.headers.get('Content-Type') || '')) return false;
  const text = await answer.text();
  const person = personOf(text);
  if (!person) return false;
  await forgetOthers(person);
  const headers = new Headers(answer.headers);
  headers.set('X-Stored-For', person);
  headers.set('X-Stored-At', new Date().toISOString());
  await (await caches.open(PAGES)).put(path, new Response(text, { status: 200, headers }));
  return true;
}

async function store(path) {
  return isKept(path) && keep(path, await fetch(path, { credentials: 'same-origin', headers: { Accept: 'text/html' } }));
}

// A stored page says of itself when it was stored.
async function stored(path) {
  const kept = await (await caches.open(PAGES)).match(path);
  if (!kept) return null;
  const text = (await kept.text()).replace('<html ', `<html data-stored-at="${kept.headers.get('X-Stored-At')}" `);
  return new Response(text, { status: 200, headers: kept.headers });
}

async function page(event, path) {
  const known = isKept(path) ? await stored(path) : null;
  const stop = new AbortController();
  const timer = known ? setTimeout(() => stop.abort(), PATIENCE) : 0;
  try {
    const answer = await fetch(event.request, { signal: stop.signal });
    clearTimeout(timer);
    if (known && [502, 503, 504].includes(answer.status)) return known;
    if (isKept(path)) event.waitUntil(keep(path, answer.clone()).catch(() => false));
    return answer;
  } catch {
    return known || await (await caches.open(STORE)).match(FALLBACK) || Response.error();
  }
}

async function part(request) {
  const kept = await (await caches.open(STORE)).match(request, { ignoreSearch: true });
  return kept || fetch(request);
}

self.addEventListener('fetch', (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== self.location.origin) return;
  if (event.request.method !== 'GET') {
    if (address.pathname === '/sign-out') event.waitUntil(caches.delete(PAGES));
    return;
  }
  if (event.request.mode === 'navigate') event.respondWith(page(event, address.pathname));
  else if (address.pathname.startsWith('/static/')) event.respondWith(part(event.request));
});

self.addEventListener('message', (event) => {
  const { prepare, person, pages = [] } = event.data || {};
  if (person && !prepare) event.waitUntil(forgetOthers(String(person)));
  if (!prepare) return;
  const all = Promise.all(pages.map((path) => store(path).catch(() => false)));
  event.waitUntil(all.then((done) => event.ports[0]?.postMessage({ ok: done.every(Boolean), stored: done.filter(Boolean).length })));
});
