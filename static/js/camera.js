// The scan field of a form: a wedge scanner types and presses Enter; a camera or a photo fills the same field and sends the same form.
import { eye } from './floor/eye.js';
import { signal } from './floor/sound.js';

function prepare(box, csrf) {
  const input = box.querySelector('[data-scan-input]');
  const said = box.querySelector('[data-said]');
  const live = 'live' in box.dataset;

  const say = (text, good) => { said.textContent = text; said.classList.toggle('bad', good === false); };
  // A photo may hold several codes: they go together, else the second would overtake the first one's answer.
  const texts = [];
  eye(box, (text) => {
    texts.push(text);
    if (texts.length > 1) return;
    setTimeout(() => {
      input.value = texts.splice(0).join(', ');
      signal('good');
      input.form?.requestSubmit();
    });
  }, say);

  // A live field keeps the page: the form goes by fetch, the answer's list and words replace the page's own.
  if (live && input.form) {
    input.form.addEventListener('submit', async (event) => {
      if (event.submitter && !box.contains(event.submitter)) return;
      event.preventDefault();
      delete input.form.dataset.sent; // the page stays, so the next press is no double press
      if (!input.value.trim()) { input.focus(); return; }
      const body = new FormData(input.form);
      input.value = '';
      const answer = await fetch(input.form.action, { method: 'POST', body, headers: { 'X-CSRFToken': csrf() }, credentials: 'same-origin' }).catch(() => null);
      const page = answer && new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live-part]')) {
        const fresh = page?.getElementById(part.id);
        if (fresh) part.replaceChildren(...fresh.childNodes);
      }
      const message = page?.querySelector('.toast > span, [data-errors] li, .refusal p');
      const good = Boolean(answer?.ok) && !page?.querySelector('.toast.bad, [data-errors]');
      say(message?.textContent || '', good);
      signal(good ? 'good' : 'bad');
      input.focus();
    });
  }

  // Gloves and wedges: the field has the focus whenever nothing else was chosen.
  if (!document.activeElement || document.activeElement === document.body) input.focus({ preventScroll: true });
  document.addEventListener('keydown', (event) => {
    if (event.key.length === 1 && event.key !== '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector('dialog[open]') && !event.target.closest('input, textarea, select, button, a, summary')) input.focus();
  });
}

/** Make every scan field below `from` listen. */
export function watch(from, csrf) {
  for (const box of from.querySelectorAll('[data-scan]')) if (!box.dataset.ready) { box.dataset.ready = '1'; prepare(box, csrf); }
}
