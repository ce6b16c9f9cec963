// Camera, light and photo of a scan box: whatever they see goes to `taken`, as if it had been typed.
import { Camera, photographed } from './decoder.js';
import { signal } from './sound.js';
import { say } from './words.js';

const csrf = () => document.querySelector('meta[name=csrf-token]')?.content || '';

/** Bring a scan box to life: `taken(text)` hears each code, `tell(text, good)` what is to be said. */
export function eye(box, taken, tell) {
  const [cam, button, light, photo] = ['.cam', '[data-camera]', '[data-torch]', '[data-photo]'].map((one) => box.querySelector(one));
  const url = box.dataset.decodeUrl;
  const mayCompile = 'compiles' in box.dataset;
  const hit = () => { cam.classList.add('hit'); setTimeout(() => cam.classList.remove('hit'), 400); };
  const camera = new Camera(cam.querySelector('video'), url, csrf, mayCompile, (text) => { hit(); taken(text); });
  const stop = () => { camera.stop(); cam.hidden = true; light.hidden = true; button.setAttribute('aria-pressed', 'false'); };
  if (Camera.exists()) {
    button.hidden = false;
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', async () => {
      if (camera.on) { stop(); return; }
      cam.hidden = false;
      try {
        const name = await camera.start();
        box.dataset.reader = name;
        button.setAttribute('aria-pressed', 'true');
        light.hidden = !camera.hasTorch;
        tell(say('decoder', { name: say(name) }), true);
      } catch {
        stop();
        tell(say('no_camera') || box.dataset.denied, false);
      }
    });
    light.addEventListener('click', () => {
      const on = light.getAttribute('aria-pressed') !== 'true';
      camera.torch(on).then(() => light.setAttribute('aria-pressed', String(on))).catch(() => { light.hidden = true; });
    });
    window.addEventListener('pagehide', stop);
  }
  photo?.addEventListener('change', async () => {
    const [file] = photo.files;
    if (!file) return;
    const texts = await photographed(file, url, csrf, mayCompile).catch(() => []);
    photo.value = '';
    if (!texts.length) { signal('bad'); tell(say('photo_none') || box.dataset.nothing, false); return; }
    for (const text of texts) await taken(text);
    if (texts.length > 1) tell(say('photo_many', { count: texts.length }), true);
  });
}
