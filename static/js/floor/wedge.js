// Scanners that type: each burst ends with Enter or Tab. Nothing typed is lost or doubled at any speed, wherever the focus stands.
import { read } from './tags.js';

const GAP = 150; // milliseconds between two characters of a burst, on a busy device too; whoever types a whole tag this fast means it
const SHORTEST = 6;

/**
 * Listen at the field: `taken(text)` hears each line once, in order. A burst that runs into another field is taken out of it again.
 */
export function listen(field, taken) {
  const take = () => {
    const text = field.value;
    field.value = ''; // before anything else, so that the next burst finds the field empty
    for (const line of text.split(/[\n\r,;]+/)) if (line.trim()) taken(line.trim());
  };
  field.addEventListener('keydown', (event) => {
    if (event.isComposing || !['Enter', 'Tab'].includes(event.key) || event.shiftKey) return;
    if (event.key === 'Tab' && !field.value.trim()) return; // an empty field lets the keyboard go on
    event.preventDefault();
    take();
  });
  field.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text') || '';
    if (!/[\n\r\t]/.test(text.trim())) return;
    event.preventDefault();
    field.value = text.replace(/\t/g, '\n');
    take();
  });

  let burst = '';
  let last = 0;
  let before = '';
  document.addEventListener('keydown', (event) => {
    const there = event.target;
    if (there === field || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { burst = ''; return; }
    const now = event.timeStamp;
    const typing = there.closest?.('input:not([type=checkbox], [type=radio], [type=file]), textarea');
    if (event.key.length === 1) {
      if (now - last > GAP) { burst = ''; before = typing ? there.value : ''; }
      burst += event.key;
      last = now;
      if (!typing && !there.closest?.('select, dialog') && !(event.key === ' ' && there.closest?.('button, a, summary, input, [tabindex]'))) {
        event.preventDefault();
        field.focus({ preventScroll: true });
        field.value += event.key;
        burst = '';
      }
    } else if (['Enter', 'Tab'].includes(event.key) && burst.length >= SHORTEST && now - last <= GAP && !read(burst).unreadable) {
      event.preventDefault();
      event.stopPropagation();
      if (typing) { there.value = before; there.dispatchEvent(new Event('input', { bubbles: true })); }
      const text = burst;
      burst = '';
      taken(text);
    } else if (!['Shift', 'CapsLock'].includes(event.key)) {
      burst = '';
    }
  }, true);

  return { take, focus: () => { if (!document.querySelector('dialog[open]')) field.focus({ preventScroll: true }); } };
}
