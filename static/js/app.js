// What a page gains with scripts: toasts that close, questions as dialogs, lines by Enter, scanning. All of it works without.
const root = document.documentElement;
root.classList.add('js');
const csrf = () => document.querySelector('meta[name=csrf-token]')?.content || '';
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

document.addEventListener('htmx:configRequest', (event) => { event.detail.headers['X-CSRFToken'] = csrf(); });

// Messages: good news floats and leaves by itself unless someone is reading it; a refusal stays above the page.
function watchToasts(from) {
  const good = all('main .toasts:not(.float) > .toast:not([role=alert])', from);
  if (good.length && from === document) {
    const float = document.createElement('div');
    float.className = 'toasts float';
    float.append(...good);
    document.querySelector('main').append(float);
  }
  for (const toast of all('.toast', from)) {
    toast.querySelector('[data-away]')?.addEventListener('click', () => toast.remove());
    if (toast.getAttribute('role') === 'alert' || toast.querySelector('form')) continue;
    let timer = setTimeout(() => toast.remove(), 10000);
    const stay = () => clearTimeout(timer);
    toast.addEventListener('pointerenter', stay);
    toast.addEventListener('focusin', stay);
  }
}

// A question that unfolds in place becomes a dialog.
function upgradeConfirms(from) {
  for (const details of all('details[data-confirm]', from)) {
    const body = details.querySelector('.confirm-body');
    if (!body || typeof HTMLDialogElement !== 'function') continue;
    const dialog = document.createElement('dialog');
    const title = body.querySelector('h2');
    if (title) { title.id ||= `confirm-${Math.random().toString(36).slice(2, 8)}`; dialog.setAttribute('aria-labelledby', title.id); }
    const cancel = document.createElement('button');
    cancel.type = 'button'; cancel.className = 'btn'; cancel.textContent = details.dataset.cancel || '×';
    cancel.addEventListener('click', () => dialog.close());
    body.querySelector('.acts:last-child')?.prepend(cancel);
    dialog.append(body);
    details.after(dialog);
    const summary = details.querySelector('summary');
    summary.setAttribute('aria-haspopup', 'dialog');
    const asked = body.querySelector('.wrong');
    summary.addEventListener('click', (event) => { event.preventDefault(); dialog.showModal(); });
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
    dialog.addEventListener('close', () => summary.focus());
    if (asked || details.open) { details.open = false; dialog.showModal(); }
  }
}

// Lines: Enter goes down, and adds a line at the end; the cross removes one; numbers may have gaps.
function addLine(editor) {
  const rows = all('[data-line]', editor);
  const name = editor.dataset.lines;
  const last = rows[rows.length - 1];
  if (!last) return null;
  const taken = rows.map((row) => Number(row.querySelector(`[name^="${name}-"]`)?.name.slice(name.length + 1).split('-')[0] ?? -1));
  const next = Math.max(...taken) + 1;
  const row = last.cloneNode(true);
  const move = (text) => text.replace(new RegExp(`^${name}-\\d+`), `${name}-${next}`);
  for (const element of all('[name], [id], [for]', row)) {
    for (const key of ['name', 'id', 'for']) if (element.hasAttribute(key)) element.setAttribute(key, move(element.getAttribute(key)));
  }
  for (const input of all('input:not([type=hidden]), textarea', row)) { if (/checkbox|radio/.test(input.type)) input.checked = input.defaultChecked; else input.value = ''; input.removeAttribute('aria-invalid'); }
  for (const wrong of all('.error', row)) wrong.remove();
  for (const wrong of all('.wrong', row)) wrong.classList.remove('wrong');
  last.after(row);
  return row;
}
function watchLines(from) {
  for (const editor of all('[data-lines]', from)) {
    const first = (row) => row?.querySelector('input:not([type=hidden]), select, textarea')?.focus();
    editor.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (button?.matches('[data-add]')) { const row = addLine(editor); if (row) { event.preventDefault(); first(row); } }
      if (button?.matches('[data-remove]') && all('[data-line]', editor).length > 1) {
        event.preventDefault();
        const row = button.closest('[data-line]');
        const neighbour = row.previousElementSibling || row.nextElementSibling;
        row.remove();
        first(neighbour);
      }
    });
    editor.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || event.target.matches('button, textarea')) return;
      event.preventDefault();
      const row = event.target.closest('[data-line]');
      const column = all('input:not([type=hidden]), select', row).indexOf(event.target);
      const below = row?.nextElementSibling;
      if (below) all('input:not([type=hidden]), select', below)[column]?.focus(); else first(addLine(editor));
    });
  }
}

// Forms that change with a choice send themselves; a double press sends once.
function watchForms(from) {
  for (const select of all('[data-submit-on-change]', from)) select.addEventListener('change', () => select.form.requestSubmit());
  for (const form of all('form[method=post]', from)) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = '1';
      setTimeout(() => delete form.dataset.sent, 4000);
    });
  }
}

function ready(from) {
  watchToasts(from);
  upgradeConfirms(from);
  watchLines(from);
  watchForms(from);
  if (from.querySelector('[data-scan]')) import('./camera.js').then((module) => module.watch(from, csrf));
  if (from.querySelector('[data-signature]')) import('./signature.js').then((module) => module.watch(from));
}
ready(document);
// The device's queue concerns only devices that have one, and the floor.
const onFloor = document.body.classList.contains('floor');
if (document.querySelector('meta[name=person]') && (onFloor || localStorage.getItem('assetpool-floor'))) import('./offline/badge.js');
document.querySelector('[data-errors]')?.focus();
document.addEventListener('htmx:load', (event) => { if (event.target !== document.body) ready(event.target); });

document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest('input, textarea, select, [contenteditable]')) {
    const find = document.querySelector('[data-find]');
    if (find) { event.preventDefault(); find.focus(); find.select(); }
  }
  if (event.key === 'Escape') for (const menu of all('details.menu[open]')) { menu.open = false; menu.querySelector('summary').focus(); }
});
document.addEventListener('click', (event) => { for (const menu of all('details.menu[open]')) if (!menu.contains(event.target)) menu.open = false; });
for (const button of all('[data-print]')) button.addEventListener('click', () => window.print());
