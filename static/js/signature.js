// A drawn signature: strokes on a canvas, kept as a PNG data URL in the hidden field.
function prepare(box) {
  const canvas = box.querySelector('canvas');
  const field = box.querySelector('input[type=hidden]');
  const clear = box.querySelector('[data-clear]');
  const pen = canvas.getContext('2d');
  let drawing = false;
  canvas.hidden = false;
  clear.hidden = false;
  pen.lineWidth = 3.5; pen.lineCap = 'round'; pen.lineJoin = 'round'; pen.strokeStyle = '#10202b';
  const at = (event) => {
    const area = canvas.getBoundingClientRect();
    return [(event.clientX - area.left) * canvas.width / area.width, (event.clientY - area.top) * canvas.height / area.height];
  };
  canvas.addEventListener('pointerdown', (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath(); pen.moveTo(...at(event)); pen.lineTo(...at(event)); pen.stroke();
    event.preventDefault();
  });
  canvas.addEventListener('pointermove', (event) => { if (drawing) { pen.lineTo(...at(event)); pen.stroke(); } });
  const end = () => { if (drawing) { drawing = false; field.value = canvas.toDataURL('image/png'); } };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
  clear.addEventListener('click', () => { pen.clearRect(0, 0, canvas.width, canvas.height); field.value = ''; });
  if (field.value) { const image = new Image(); image.onload = () => pen.drawImage(image, 0, 0); image.src = field.value; }
}

/** Make every signature box below `from` drawable. */
export function watch(from) {
  for (const box of from.querySelectorAll('[data-signature]')) if (!box.dataset.ready) { box.dataset.ready = '1'; prepare(box); }
}
