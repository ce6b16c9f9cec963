// Counting photos go to the slip they were counted for, after the act that made it.
/** Send the photos of entries [{tag, photo: {blob}}] to a document; what cannot be sent now is told by the answer (how many failed). */
export async function attach(number, entries) {
  let failed = 0;
  for (const { tag, photo } of entries) {
    const body = new FormData();
    body.append('file', photo.blob, `${tag}.jpg`);
    const answer = await fetch(`/api/v1/floor/photos/${encodeURIComponent(number)}`, { method: 'POST', body, headers: { 'X-From-Page': '1' }, credentials: 'same-origin' }).catch(() => null);
    if (!answer?.ok) failed += 1;
  }
  return failed;
}
