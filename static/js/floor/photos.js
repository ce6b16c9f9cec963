// Counting photos go to the slip they were counted for, as soon as the act that makes it was sent, now or after hours without network.
import { events } from '../offline/queue.js';

const TRIES = 3;

async function send(number, { tag, photo }) {
  const body = new FormData();
  body.append('file', photo.blob, `${tag}.jpg`);
  for (let left = TRIES; left; left -= 1) {
    const answer = await fetch(`/api/v1/floor/photos/${encodeURIComponent(number)}`, { method: 'POST', body, headers: { 'X-From-Page': '1' }, credentials: 'same-origin' }).catch(() => null);
    if (answer && answer.status < 500) return;
    await new Promise((done) => { setTimeout(done, 2000); });
  }
}

events.addEventListener('sent', async ({ detail }) => {
  const number = detail.answer?.slip || detail.answer?.number;
  for (const scan of detail.taken || []) if (number && scan.photo?.blob) await send(number, scan);
});
