// The scan field: a wedge scanner types and presses Enter; a camera or a photo fills the same field and sends the same form.
const EVERY = 400;
const HOLD = 1800;

let sound;
function signal(good) {
  navigator.vibrate?.(good ? 60 : [80, 60, 80]);
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  sound ||= new Context();
  const tone = sound.createOscillator();
  const loud = sound.createGain();
  tone.frequency.value = good ? 1200 : 280;
  loud.gain.value = 0.08;
  tone.connect(loud).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + (good ? 0.09 : 0.25));
}

function prepare(box, csrf) {
  const input = box.querySelector('[data-scan-input]');
  const said = box.querySelector('[data-said]');
  const cam = box.querySelector('.cam');
  const video = box.querySelector('video');
  const button = box.querySelector('[data-camera]');
  const photo = box.querySelector('[data-photo]');
  const url = box.dataset.decodeUrl;
  const live = 'live' in box.dataset;
  const last = { text: '', at: 0 };
  let stream = null;
  let busy = false;

  const say = (text, bad = false) => { said.textContent = text; said.classList.toggle('bad', bad); };
  const enter = (text) => {
    if (text === last.text && Date.now() - last.at < HOLD) return;
    last.text = text;
    last.at = Date.now();
    input.value = text;
    signal(true);
    input.form?.requestSubmit();
  };

  // Asking the server: one JPEG in, the code or nothing out.
  const ask = async (blob) => {
    const body = new FormData();
    body.append('photo', blob, 'frame.jpg');
    const answer = await fetch(url, { method: 'POST', body, headers: { 'X-CSRFToken': csrf(), Accept: 'application/json' }, credentials: 'same-origin' });
    if (!answer.ok) return '';
    const found = await answer.json();
    return found.text || (found.codes && found.codes[0]) || '';
  };

  const shrink = async (file) => {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = picture.width * scale;
    canvas.height = picture.height * scale;
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.85); });
  };

  const frame = () => {
    const canvas = document.createElement('canvas');
    const scale = Math.min(1, 960 / (video.videoWidth || 960));
    canvas.width = video.videoWidth * scale;
    canvas.height = video.videoHeight * scale;
    canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, 'image/jpeg', 0.7); });
  };

  const look = async (detector) => {
    if (!stream) return;
    if (!busy && video.readyState >= 2 && !document.hidden) {
      busy = true;
      try {
        const text = detector ? (await detector.detect(video))[0]?.rawValue : url && await ask(await frame());
        if (text) { enter(text); cam.classList.add('hit'); setTimeout(() => cam.classList.remove('hit'), 400); }
      } catch { /* A frame that cannot be read is followed by the next one. */ }
      busy = false;
    }
    setTimeout(() => look(detector), EVERY);
  };

  const stop = () => { stream?.getTracks().forEach((track) => track.stop()); stream = null; cam.hidden = true; button.setAttribute('aria-pressed', 'false'); };
  const start = async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
    } catch {
      say(box.dataset.denied, true);
      return;
    }
    cam.hidden = false;
    video.srcObject = stream;
    await video.play();
    button.setAttribute('aria-pressed', 'true');
    const formats = 'BarcodeDetector' in window ? await window.BarcodeDetector.getSupportedFormats().catch(() => []) : [];
    look(formats.includes('qr_code') ? new window.BarcodeDetector({ formats: ['qr_code'] }) : null);
  };

  if (navigator.mediaDevices?.getUserMedia) {
    button.hidden = false;
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => (stream ? stop() : start()));
    window.addEventListener('pagehide', stop);
  }
  if (photo && url) {
    photo.addEventListener('change', async () => {
      const [file] = photo.files;
      if (!file) return;
      const text = await ask(await shrink(file).catch(() => file)).catch(() => '');
      photo.value = '';
      if (text) enter(text); else { say(box.dataset.nothing, true); signal(false); }
    });
  }

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
      say(message?.textContent || '', !good);
      signal(good);
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
