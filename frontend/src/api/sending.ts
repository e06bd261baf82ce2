/** What every request that changes something carries; for the page and for its service worker. */

/** A random UUID; also where the page is not served securely (a phone on the demo's LAN). */
export function freshKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export const sending = (key: string): Record<string, string> => ({
  Accept: 'application/json',
  'Content-Type': 'application/json',
  'Idempotency-Key': key,
  'X-Requested-By': 'konsento',
});

/** The arguments for one `fetch`; the same key and body twice are one effect. */
export function send(
  method: 'POST' | 'PUT',
  path: string,
  body: object = {},
  key: string = freshKey(),
): [path: string, init: RequestInit] {
  const init = { method, headers: sending(key), body: JSON.stringify(body) };
  return [path, { ...init, credentials: 'same-origin' }];
}
