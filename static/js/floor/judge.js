// Judging a list by what the device knows of the day's work, before and without the server; the server's word replaces it when it comes.
import { fill, words } from './words.js';

const standing = (thing) => (thing ? thing.standing + thing.out.reduce((sum, part) => sum + part.units, 0) : 0);

/** Return the work indexed for judging: things by tag, kinds by id, codes by tag. */
export function indexed(work) {
  return {
    work,
    things: new Map((work?.things || []).map((thing) => [thing.tag, thing])),
    kinds: new Map((work?.kinds || []).map((kind) => [kind.id, kind])),
    codes: new Map((work?.codes || []).map((code) => [code.tag, code])),
  };
}

/** Judge entries [{tag, count}] in order: {rows: Map(tag → row), lines}. Rows carry `reason` {code, sentence}, `cure`, or `unsure`. */
export function judge(known, mode, target, entries) {
  const rows = new Map();
  const lines = mode === 'out' ? linesOf(known, target) : [];
  for (const { tag, count, thing: partner } of entries) {
    const thing = known.things.get(tag);
    const kind = thing && known.kinds.get(thing.kind_id);
    const row = { tag, kind: kind?.name || '', form: thing?.form || '', count: count || 1, standing: thing?.standing || 0, place: thing?.place || '', slip: '', reason: null, cure: null, remark: null };
    if (mode === 'claim') {
      row.kind = partner ? `→ ${partner}` : '';
      if (!partner) against(row, 'waits', words.say.waits_for_thing);
    } else if (!thing) row.unsure = true;
    else if (mode === 'out') going(row, thing, count, lines, target);
    else if (mode === 'back') coming(row, thing, count);
    else placed(row, thing, count, target);
    rows.set(tag, row);
  }
  return { rows, lines };
}

function linesOf(known, target) {
  const order = known.work?.out.find((one) => one.number === target);
  return (order?.lines || []).map((line) => {
    const kind = known.kinds.get(line.kind_id);
    return { ...line, kind: kind?.name || '', spec: kind?.spec || '', drop: '', picked: 0, promised: line.units, tag: line.tag || '' };
  });
}

function against(row, code, sentence, cure = null) {
  Object.assign(row, { count: 0, reason: { code, sentence }, cure: cure || { act: 'drop', label: words.say.take_off } });
}

function going(row, thing, count, lines, target) {
  if (!thing.standing) return against(row, thing.state, fill(words.say.state, { state: words.states[thing.state] || thing.state }));
  if (thing.promised_to && thing.promised_to !== target && thing.form === 'unit') return against(row, 'promised_to_another', fill(words.reasons.promised_to_another, { number: thing.promised_to }));
  const fitting = [...lines.filter((line) => line.tag === row.tag), ...lines.filter((line) => !line.tag && line.kind_id === thing.kind_id)];
  if (!fitting.length) return against(row, 'not_asked_for', fill(words.reasons.not_asked_for, { kind: row.kind }));
  const open = fitting.reduce((sum, line) => sum + line.promised - line.picked, 0);
  const wanted = thing.form === 'unit' ? 1 : count || Math.max(1, Math.min(thing.standing, open));
  if (wanted > thing.standing) return against(row, 'fewer_units', fill(words.reasons.fewer_units, { asked: wanted, found: thing.standing }));
  if (wanted > open) return against(row, 'more_than_promised', fill(words.reasons.more_than_promised, { promised: open, kind: row.kind }), open && thing.form === 'lot' ? { act: 'count', label: words.say.only_promised, count: open } : null);
  let left = wanted;
  for (const line of fitting) {
    const part = Math.min(left, line.promised - line.picked);
    line.picked += part;
    left -= part;
  }
  row.count = wanted;
  return row;
}

function coming(row, thing, count) {
  const slips = [...new Set(thing.out.map((part) => part.slip))];
  if (!slips.length) return thing.state === 'out' ? Object.assign(row, { unsure: true }) : against(row, 'not_out', words.say.not_out);
  if (slips.length > 1) return against(row, 'slip_ambiguous', fill(words.say.several_slips, { slips: slips.join(', ') }));
  const units = thing.out.reduce((sum, part) => sum + part.units, 0);
  return Object.assign(row, { slip: slips[0], standing: units, count: Math.min(count || units, units) });
}

function placed(row, thing, count, target) {
  const [store, ...place] = target.split('/');
  if (!thing.standing && thing.out.length) return against(row, 'not_here', fill(words.say.state, { state: words.states[thing.state] || thing.state }));
  row.count = Math.min(count || standing(thing), standing(thing)) || 1;
  if (place.join('/') && (thing.store !== store || thing.place !== place.join('/'))) row.remark = { code: 'stands_elsewhere', sentence: fill(words.say.misplaced, { place: thing.place || '—', store: thing.store }) };
  return row;
}
