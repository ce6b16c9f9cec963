// Counting on a photo: tap each chair once; the dots are counted, and the picture with its dots is kept with the slip.
import { button, make } from './list.js';
import { say } from './words.js';

const SIDE = 1600;
const REACH = 0.025; // a tap this near to a dot (of the picture's longer side) takes the dot away

function paint(canvas, picture, dots) {
  const pen = canvas.getContext('2d');
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const radius = Math.max(9, Math.max(canvas.width, canvas.height) * 0.014);
  pen.font = `600 ${Math.round(radius * 1.1)}px sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  dots.forEach(([x, y], index) => {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fillStyle = '#0b5f63';
    pen.fill();
    pen.lineWidth = 2;
    pen.strokeStyle = '#fff';
    pen.stroke();
    pen.fillStyle = '#fff';
    pen.fillText(String(index + 1), x, y);
  });
}

/** Ask for a photo and count on it: resolves with {count, blob}, or null when it is given up. */
export async function countOn(dialog, chooser) {
  const file = await new Promise((done) => {
    chooser.value = '';
    chooser.onchange = () => done(chooser.files[0] || null);
    chooser.oncancel = () => done(null);
    chooser.click();
  });
  const picture = file && await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const canvas = make('canvas');
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.tabIndex = 0;
  const dots = [];
  const told = make('p', 'desk-dots');
  told.setAttribute('role', 'status');
  const use = button('', 'go', '', () => { dialog.returnValue = 'use'; dialog.close('use'); });
  const draw = () => {
    paint(canvas, picture, dots);
    told.textContent = say('dots', { count: dots.length });
    use.textContent = say('use', { count: dots.length });
    use.disabled = !dots.length;
  };
  canvas.addEventListener('click', (event) => {
    const area = canvas.getBoundingClientRect();
    const at = [(event.clientX - area.left) * canvas.width / area.width, (event.clientY - area.top) * canvas.height / area.height];
    const near = dots.findIndex(([x, y]) => Math.hypot(x - at[0], y - at[1]) < REACH * Math.max(canvas.width, canvas.height));
    if (near >= 0) dots.splice(near, 1); else dots.push(at);
    draw();
  });
  draw();
  const acts = make('div', 'acts');
  acts.append(use, button(dialog.dataset.cancel, '', '', () => dialog.close('')));
  dialog.replaceChildren(told, canvas, acts);
  dialog.showModal();
  await new Promise((done) => { dialog.addEventListener('close', done, { once: true }); });
  if (dialog.returnValue !== 'use' || !dots.length) return null;
  dialog.returnValue = '';
  const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.85); });
  return { count: dots.length, blob };
}
