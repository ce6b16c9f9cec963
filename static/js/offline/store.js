// Where the browser keeps what must not be lost: scans, acts that wait, and a few words about this device. Every write is on disk before it is answered.
const NAME = 'assetpool';
const VERSION = 1; // A new version adds; it never takes away what an older one kept.

let opened = null;

function grow(base) {
  const kept = base.objectStoreNames;
  if (!kept.contains('scans')) {
    const scans = base.createObjectStore('scans', { keyPath: 'id', autoIncrement: true });
    scans.createIndex('target', ['person', 'mode', 'target']);
    scans.createIndex('act', 'act');
  }
  if (!kept.contains('acts')) base.createObjectStore('acts', { keyPath: 'id', autoIncrement: true }).createIndex('state', 'state');
  if (!kept.contains('words')) base.createObjectStore('words');
}

function attempt(version) {
  return new Promise((done, fail) => {
    const request = version ? indexedDB.open(NAME, version) : indexedDB.open(NAME);
    request.onupgradeneeded = () => grow(request.result);
    request.onsuccess = () => {
      const base = request.result;
      const close = () => { base.close(); opened = null; };
      base.onversionchange = close;
      base.onclose = () => { opened = null; };
      done(base);
    };
    request.onerror = () => fail(request.error);
  });
}

function open() {
  // A page of an older app may meet what a newer one made: it works with that.
  opened ||= attempt(VERSION).catch((error) => { if (error?.name === 'VersionError') return attempt(); throw error; });
  opened.catch(() => { opened = null; });
  return opened;
}

/** Return a promise of a request's result; inside `reading` and `writing` only. */
export function asked(request) {
  return new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

async function within(names, mode, work) {
  const base = await open();
  const whole = base.transaction(names, mode, mode === 'readwrite' ? { durability: 'strict' } : undefined);
  const ended = new Promise((done, fail) => {
    whole.oncomplete = () => done();
    whole.onabort = () => fail(whole.error || new Error('The browser could not keep it.'));
  });
  ended.catch(() => {});
  try {
    const found = await work(...names.map((name) => whole.objectStore(name)));
    await ended;
    return found;
  } catch (error) {
    try { whole.abort(); } catch { /* It has ended already. */ }
    throw error;
  }
}

/** Read in one piece: `work` gets the stores in the order named. */
export const reading = (names, work) => within(names, 'readonly', work);

/** Write in one piece, all or nothing, and on disk when the promise is kept. */
export const writing = (names, work) => within(names, 'readwrite', work);

/** Return a word about this device (clock, day's work), undefined when there is none. */
export const word = (name) => reading(['words'], (words) => asked(words.get(name)));

/** Keep a word about this device. */
export const keep = (name, value) => writing(['words'], (words) => asked(words.put(value, name)));
