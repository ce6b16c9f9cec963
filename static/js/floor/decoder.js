// Reading codes: with the browser's own reader, else the one in WebAssembly, else by asking the server; from the camera, or from a photo where there is none.
const QUICK = 120;
const SLOW = 450;
const HOLD = 1800;
const LIVE_SIDE = 960;
const PHOTO_SIDE = 1600;
const vendor = (name) => new URL(`../../vendor/${name}`, import.meta.url).href;

let wasm = null;
function script(url) {
  return new Promise((done, failed) => {
    const element = document.createElement('script');
    element.src = url;
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });
}
/** Load the WebAssembly reader once; rejects where the page's policy or the browser forbids it, or it was never fetched. */
function loaded() {
  wasm ||= script(vendor('zxing_reader.js')).then(async () => {
    await window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: (name) => vendor(name) }, fireImmediately: true });
    return window.ZXingWASM;
  });
  return wasm;
}

function drawn(source, side) {
  const width = source.videoWidth || source.width;
  const height = source.videoHeight || source.height;
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext('2d', { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
const jpeg = (canvas, quality) => new Promise((done) => { canvas.toBlob(done, 'image/jpeg', quality); });

async function native() {
  const formats = 'BarcodeDetector' in window ? await window.BarcodeDetector.getSupportedFormats().catch(() => []) : [];
  if (!formats.includes('qr_code')) return null;
  const detector = new window.BarcodeDetector({ formats: ['qr_code'] });
  return { name: 'native', every: QUICK, read: async (source) => (await detector.detect(source)).map((code) => code.rawValue) };
}
async function local() {
  const reader = await loaded().catch(() => null);
  if (!reader) return null;
  const options = { formats: ['QRCodeModel2'], maxNumberOfSymbols: 12, tryHarder: true };
  return {
    name: 'wasm', every: QUICK,
    read: async (source, side = LIVE_SIDE) => {
      const canvas = drawn(source, side);
      const found = await reader.readBarcodes(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height), options);
      return found.filter((code) => code.isValid).map((code) => code.text);
    },
  };
}
/** Ask the server: one picture in, the texts of its codes out; null when it cannot be reached. */
async function asked(url, csrf, blob) {
  const body = new FormData();
  body.append('photo', blob, 'frame.jpg');
  const answer = await fetch(url, { method: 'POST', body, headers: { 'X-CSRFToken': csrf(), Accept: 'application/json' }, credentials: 'same-origin' }).catch(() => null);
  if (!answer || !/json/.test(answer.headers.get('Content-Type') || '')) return null;
  const found = await answer.json();
  return found.codes || (found.text ? [found.text] : []);
}
function server(url, csrf) {
  return { name: 'server', every: SLOW, read: async (source) => (await asked(url, csrf, await jpeg(drawn(source, LIVE_SIDE), 0.7))) || [] };
}

/** Return the best reader of live pictures here: {name: 'native' | 'wasm' | 'server', every, read(source) → texts}; `mayCompile`: the page's policy lets WebAssembly run. */
export const reader = async (url, csrf, mayCompile) => (await native()) || (mayCompile && (await local())) || server(url, csrf);

/** Return the texts of all codes of a photo: the server sees most, several at once; without network the page reads it itself. */
export async function photographed(file, url, csrf, mayCompile) {
  const picture = await createImageBitmap(file).catch(() => null);
  const told = url ? await asked(url, csrf, picture ? await jpeg(drawn(picture, PHOTO_SIDE), 0.85) : file) : null;
  if (told || !picture) return told || [];
  const here = (await native()) || (mayCompile && (await local()));
  return here ? here.read(picture, PHOTO_SIDE) : [];
}

/** The camera of a scan box: `watch` hears each code once while it stays in view; with a torch where the phone has one. */
export class Camera {
  constructor(video, url, csrf, mayCompile, heard) {
    Object.assign(this, { video, url, csrf, mayCompile, heard, stream: null, seen: new Map(), name: '' });
  }

  /** Say whether this browser gives pages a camera at this address. */
  static exists() { return Boolean(navigator.mediaDevices?.getUserMedia); }

  get on() { return Boolean(this.stream); }

  /** Start; resolves with the reader's name, rejects when the camera is refused. */
  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
    this.video.srcObject = this.stream;
    await this.video.play();
    const best = await reader(this.url, this.csrf, this.mayCompile);
    this.name = best.name;
    this.look(best);
    return best.name;
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }

  /** Say whether the camera has a light. */
  get hasTorch() { return Boolean(this.stream?.getVideoTracks()[0]?.getCapabilities?.().torch); }

  async torch(on) { await this.stream?.getVideoTracks()[0]?.applyConstraints({ advanced: [{ torch: on }] }); }

  async look(best) {
    if (!this.stream) return;
    if (this.video.readyState >= 2 && !document.hidden) {
      const texts = await best.read(this.video).catch(() => []); // A frame that cannot be read is followed by the next one.
      const now = Date.now();
      for (const text of texts) {
        const fresh = now - (this.seen.get(text) || 0) > HOLD;
        this.seen.set(text, now);
        if (fresh && this.stream) this.heard(text);
      }
    }
    setTimeout(() => this.look(best), best.every);
  }
}
