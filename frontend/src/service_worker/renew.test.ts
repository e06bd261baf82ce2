import { expect, test } from 'vitest';
import { type Subscription, renew } from '../../../push/service_worker/renew';

const subscription = (endpoint: string, key: ArrayBuffer | null = null): Subscription => ({
  endpoint,
  options: { applicationServerKey: key },
  toJSON: () => ({ endpoint, keys: { p256dh: 'p', auth: 'a' } }),
});

function world() {
  const sent: { path: string; method: string; body: unknown; headers: Headers }[] = [];
  const keys: unknown[] = [];
  const outside = {
    fetch: async (path: string, init: RequestInit = {}) => {
      if (!init.body) return new Response('{"public_key":"BServer"}');
      const body: unknown = JSON.parse(String(init.body));
      sent.push({ path, method: String(init.method), body, headers: new Headers(init.headers) });
      return new Response('{}');
    },
    subscribe: async (key: BufferSource | string) => {
      keys.push(key);
      return subscription('https://push.example/new');
    },
    language: async () => 'en',
  };
  return { sent, keys, outside };
}

test('a new address is told under the old one', async () => {
  const { sent, keys, outside } = world();
  const fresh = subscription('https://push.example/new');
  await renew(subscription('https://push.example/old'), fresh, outside);
  expect(keys).toEqual([]);
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatchObject({
    path: '/api/push/renewed',
    method: 'POST',
    body: {
      old_endpoint: 'https://push.example/old',
      subscription: {
        endpoint: 'https://push.example/new',
        keys: { p256dh: 'p', auth: 'a' },
        language: 'en',
      },
    },
  });
  expect(sent[0]?.headers.get('X-Requested-By')).toBe('konsento');
  expect(sent[0]?.headers.get('Idempotency-Key')).toBeTruthy();
});

test('a browser that only dropped the old one is subscribed anew, with the same key', async () => {
  const { keys, outside } = world();
  const key = new Uint8Array([4, 1, 2]).buffer;
  await renew(subscription('https://push.example/old', key), null, outside);
  expect(keys).toEqual([key]);
});

test('a browser that knows nothing any more is subscribed with the server’s key', async () => {
  const { sent, keys, outside } = world();
  await renew(null, null, outside);
  expect(keys).toEqual(['BServer']);
  expect(sent[0]).toMatchObject({ path: '/api/push/subscription', method: 'PUT' });
});
