// From the list and the fields below it to the body of the act, as the REST interface takes it.
import { say } from './words.js';

const field = (form, name) => form.elements.namedItem([...form.elements].find((one) => one.name === name || one.name?.endsWith(`-${name}`))?.name || '');
const text = (form, name) => (field(form, name)?.value || '').trim();

/** Read yuan as typed into integer fen; null for nothing, NaN for what is no amount. */
export function fen(typed) {
  const plain = typed.normalize('NFKC').replace(/[,\s¥元]/g, '');
  if (!plain) return null;
  const found = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(plain);
  return found ? Number(found[1]) * 100 + Number((found[2] || '').padEnd(2, '0') || 0) : NaN;
}

/** Return {costs, no_cost_reason} of a form; throws a sentence for an amount that cannot be read. */
export function costs(form) {
  const found = [];
  for (const row of form.querySelectorAll('[data-line]')) {
    const cell = (name) => row.querySelector(`[name$="-${name}"]`);
    const amount = fen(cell('amount').value);
    const [issuer, number] = [cell('issuer').value.trim(), cell('number').value.trim()];
    if (amount === null && !issuer && !number) continue;
    const total = fen(cell('total')?.value || '');
    if (amount === null || Number.isNaN(amount) || Number.isNaN(total)) throw new Error(say('amount'));
    found.push({ kind: cell('kind').value, amount_fen: amount, ...(issuer || number ? { voucher: { issuer, number, total_fen: total, share: Boolean(cell('share')?.checked) } } : {}) });
  }
  return { costs: found, no_cost_reason: text(form, 'no_cost_reason') };
}

/** Keep a photo of the signed paper on the server and return its id; throws the server's sentence. */
async function kept(file) {
  const body = new FormData();
  body.append('file', file);
  const answer = await fetch('/api/v1/files', { method: 'POST', body, headers: { 'X-From-Page': '1' }, credentials: 'same-origin' }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok) throw new Error(say('paper_refused', { reason: told?.detail || '—' }));
  return told.id;
}

async function signature(form) {
  if (text(form, 'signature')) return { method: 'drawn', data: text(form, 'signature') };
  const paper = field(form, 'paper')?.files?.[0];
  if (paper) return { method: 'paper_photo', file_id: await kept(paper) };
  return { method: 'typed_pin', data: text(form, 'pin') };
}

/** The bodies by mode: (desk {target, store}, lines [{tag, count, slip}], form, act) → body. */
export const bodies = {
  out: async (desk, lines, form, act) => ({
    lines: lines.map(({ tag, count }) => ({ tag, count })), ...costs(form), destination: text(form, 'destination'),
    ...(desk.store ? { store_code: desk.store } : {}),
    ...(act === 'hand_over' ? { received_by: { name: text(form, 'name'), phone: text(form, 'telephone') }, signature: await signature(form) } : {}),
  }),
  back: async (desk, lines, form) => ({
    store_code: desk.target, returned_by: text(form, 'returned_by'), phone: text(form, 'telephone'), ...costs(form),
    lines: lines.map(({ tag, count, slip }) => ({ tag, ...(slip ? { slip } : {}), ...(form.elements.namedItem('good')?.checked ? { good: count } : { count }) })),
  }),
  claim: async (desk, lines) => ({ lines: lines.map(({ tag, thing }) => ({ blank: tag, thing })) }),
  move: async (desk, lines) => carried(desk, lines),
  find: async (desk, lines) => carried(desk, lines.filter((line) => line.remark)),
};

function carried(desk, lines) {
  const [store, ...place] = desk.target.split('/');
  return { store_code: store, place: place.join('/'), lines: lines.map(({ tag, form, count, standing }) => ({ tag, ...(form === 'lot' && count !== standing ? { count } : {}) })) };
}
