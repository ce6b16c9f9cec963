// What a scan sounds and feels like: one high tone taken, two low ones already there, a long low one refused. Tones are made here, no file is fetched.
const TONES = { good: [[1200, 0.09]], again: [[660, 0.07], [660, 0.07]], bad: [[280, 0.25]] };
const SHAKES = { good: 60, again: [40, 40, 40], bad: [80, 60, 80] };
let context = null;

/** Sound and shake for `good`, `again` or `bad`; silent where the browser has neither. */
export function signal(name) {
  navigator.vibrate?.(SHAKES[name]);
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  context ||= new Context();
  let start = context.currentTime;
  for (const [pitch, length] of TONES[name]) {
    const tone = context.createOscillator();
    const loud = context.createGain();
    tone.frequency.value = pitch;
    loud.gain.value = 0.08;
    tone.connect(loud).connect(context.destination);
    tone.start(start);
    tone.stop(start + length);
    start += length + 0.04;
  }
}
