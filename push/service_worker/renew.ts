/** A push service that changed its address of this phone: told to ours, so that nothing is lost. */
import { send } from '../../frontend/src/api/sending.ts';

/** A subscription as far as it matters here. */
export interface Subscription {
  readonly endpoint: string;
  readonly options: { readonly applicationServerKey: ArrayBuffer | null };
  toJSON(): { endpoint?: string; keys?: Record<string, string> };
}

export interface RenewOutside {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  subscribe(key: BufferSource | string): Promise<Subscription>;
  language(): Promise<string>;
}

/** Subscribes anew where the browser has not, and says so under the old address. */
export async function renew(
  old: Subscription | null,
  fresh: Subscription | null,
  outside: RenewOutside,
): Promise<void> {
  const now = fresh ?? (await outside.subscribe(await keyOf(old, outside)));
  const { endpoint, keys } = now.toJSON();
  const subscription = { endpoint, keys, language: await outside.language() };
  const said = old
    ? send('POST', '/api/push/renewed', { old_endpoint: old.endpoint, subscription })
    : send('PUT', '/api/push/subscription', subscription);
  await outside.fetch(...said);
}

async function keyOf(
  old: Subscription | null,
  { fetch }: RenewOutside,
): Promise<BufferSource | string> {
  const used = old?.options.applicationServerKey;
  if (used) return used;
  const answer = await fetch('/api/push/key');
  return ((await answer.json()) as { public_key: string }).public_key;
}
