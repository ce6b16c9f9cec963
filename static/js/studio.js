// The picture beside the measures follows what is typed; without scripts a button shows it.
const form = document.querySelector('[data-studio]');
const picture = document.querySelector('[data-picture]');
let asked = 0;
let timer = 0;
async function show() {
  const mine = ++asked;
  try {
    const answer = await fetch(form.dataset.studio, { method: 'POST', body: new FormData(form), headers: { 'X-CSRFToken': document.querySelector('meta[name=csrf-token]').content } });
    if (!answer.ok || mine !== asked) return;
    const found = new DOMParser().parseFromString(await answer.text(), 'text/html');
    picture.replaceChildren(...document.importNode(found.body, true).childNodes);
  } catch { /* No network just now: the picture stays as it was, the next key asks again. */ }
}
if (form && picture) {
  const soon = () => { clearTimeout(timer); timer = setTimeout(show, 250); };
  form.addEventListener('input', soon);
  form.addEventListener('click', (event) => { if (event.target.closest('[data-add], [data-remove]')) soon(); });
  form.querySelector('[data-show]').hidden = true;
}
for (const select of document.querySelectorAll('[data-look-on-change]')) select.addEventListener('change', () => select.form.requestSubmit(select.form.querySelector('[data-look]')));
