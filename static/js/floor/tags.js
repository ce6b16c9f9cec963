// What a scanned or typed text is: a tag (with its check character), the number of a document, or neither. The same rule as on the server.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const VALUE = new Map([...ALPHABET].map((character, value) => [character, value]).concat([['O', 0], ['I', 1], ['L', 1]]));
const SEPARATORS = /[\s\-_.‐‑‒–—―−－ー·]+/g;
const TIMES = /(?:\s*[×*]|\s[xX])\s*(\d+)\s*$/; // a letter needs a space before it: tags end in digits behind an X too
const NUMBER = /\b(RQ|TR|HS|ST)-\d{4}-\d{6}\b/i;

const doubled = (element) => ((element << 1) & 32 ? (element << 1) ^ 0b100101 : element << 1);

/** Return the check character of a body. */
export function checkOf(body) {
  let total = body.length;
  for (const character of body) total = doubled(total) ^ VALUE.get(character);
  return ALPHABET[doubled(total)];
}

/** Read a text: {tag} | {number} | {mistyped: tag} | {unreadable: text}. Any host, any case and width, with or without hyphens. */
export function read(text) {
  let plain = text.normalize('NFKC').trim();
  try { plain = decodeURIComponent(plain); } catch { /* A lone percent sign is no address; it is read as it stands. */ }
  const number = NUMBER.exec(plain);
  if (number) return { number: number[0].toUpperCase() };
  if (plain.includes('/')) {
    const path = /\/a\/([^/?#]*)/i.exec(plain);
    if (!path) return { unreadable: text.slice(0, 60) };
    [, plain] = path;
  }
  const letters = plain.replace(SEPARATORS, '').toUpperCase();
  const code = letters.startsWith('ZC') ? letters.slice(2) : '';
  if (code.length < 5 || code.length > 13 || [...code].some((one) => !VALUE.has(one))) return { unreadable: text.slice(0, 60) };
  const canonical = [...code].map((one) => ALPHABET[VALUE.get(one)]).join('');
  const tag = `ZC-${canonical.slice(0, -1)}-${canonical.slice(-1)}`;
  return checkOf(canonical.slice(0, -1)) === canonical.slice(-1) ? { tag } : { mistyped: tag };
}

/** Read a text with `× 12` behind it or without: what `read` says, and the count, null for none. */
export function counted(text) {
  const times = TIMES.exec(text);
  return { ...read(times ? text.slice(0, times.index) : text), count: times ? Number(times[1]) : null };
}
