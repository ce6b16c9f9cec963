// The sentences of the page, in the reader's language, as the server put them there.
const kept = document.getElementById('floor-words');

/** {say, reasons, states}: sentences by name, with %(name)s places. */
export const words = kept ? JSON.parse(kept.dataset.words) : { say: {}, reasons: {}, states: {} };

/** Fill the places of a sentence. */
export const fill = (sentence, figures = {}) => (sentence || '').replace(/%\((\w+)\)[sd]/g, (_, name) => figures[name] ?? '').replaceAll('%%', '%');

/** Return a sentence by its name, filled. */
export const say = (name, figures) => fill(words.say[name], figures);
