// What a scan may be besides a thing: a blank label and what it is stuck on, the number of a document, a shelf, a cage, a former label.
import * as queue from '../offline/queue.js';
import { signal } from './sound.js';
import { say } from './words.js';

/** Return what the desk does with each: paired(tag), numbered(number), coded(code); `desk` has target, entries and known. */
export function besides(box, desk, { add, aim, setCount, show, refuse, tell }) {
  const { mode } = box.dataset;

  /** Blank labels and their things come in pairs: the label first, then what it is stuck on. */
  async function paired(tag) {
    if (desk.entries.some((entry) => entry.tag === tag || entry.thing === tag)) { signal('again'); return tell(say('again', { tag }), false); }
    const open = desk.entries.find((entry) => !entry.thing);
    const { ok, answer } = await queue.ask(`/api/v1/labels/codes/${tag}`);
    if (open) {
      if (ok && answer.purpose === 'blank') return refuse(say('then_thing', { tag: open.tag }));
      open.thing = tag;
      await queue.change(open.id, { thing: tag });
    } else {
      if (ok && answer.purpose !== 'blank') return refuse(say('not_blank', { tag }));
      const kept = await queue.scan({ mode, target: '', tag, thing: '' });
      desk.entries.push({ id: kept.id, tag, count: null, thing: '' });
    }
    signal('good');
    show();
    return tell(open ? say('added', { tag: open.tag, kind: `→ ${tag}` }) : say('then_thing', { tag }), true);
  }

  /** A document's number: in hand-over the request to work on, in return everything that is out on a slip. */
  async function numbered(number) {
    if (mode === 'out' && /^(RQ|TR)/.test(number)) return aim(number);
    if (mode !== 'back' || !number.startsWith('HS')) return refuse(say('unreadable', { text: number }));
    let tags = desk.known.work?.things.filter((thing) => thing.out.some((part) => part.slip === number)).map((thing) => thing.tag) || [];
    if (!tags.length) tags = ((await queue.ask(`/api/v1/slips/${number}`)).answer?.lines || []).filter((line) => line.out).map((line) => line.tag);
    if (!tags.length) return refuse(say('slip_unknown', { number }));
    for (const tag of tags) if (!desk.entries.some((entry) => entry.tag === tag)) await add(tag);
    return tell(say('slip_done', { number }), true);
  }

  /** A code that is no thing: a shelf is where to, a cage is so many of a lot, a former label is the thing of today. */
  async function coded(code) {
    if (code.purpose === 'shelf' && box.dataset.aims === 'place') {
      signal('good');
      await aim(`${code.store}/${code.place}`);
      return tell(say('shelf', { place: code.place }), true);
    }
    if (code.purpose === 'cage' && code.thing) return caged(code);
    if (code.purpose === 'former' && code.thing) return add(code.thing);
    return refuse(say('unreadable', { text: code.tag }));
  }
  async function caged(code) {
    const there = desk.entries.find((entry) => entry.tag === code.thing);
    if (!there) return add(code.thing, code.holds, { cages: [code.tag] });
    if (there.cages?.includes(code.tag)) { signal('again'); return tell(say('again', { tag: code.tag }), false); }
    there.cages = [...(there.cages || []), code.tag];
    await queue.change(there.id, { cages: there.cages });
    signal('good');
    return setCount(there.tag, (there.count ?? 0) + code.holds);
  }

  return { paired, numbered, coded };
}
