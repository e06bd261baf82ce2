import { describe, expect, test } from 'vitest';
import { WAITS_MS, freshKey, makeClient } from './client';
import { Problem } from './problem';

type Answer = () => Promise<Response>;

/** A world that gives these answers one after another, and remembers what it was asked. */
function world(...answers: Answer[]) {
  const asked: { url: string; init: RequestInit }[] = [];
  const slept: number[] = [];
  let keys = 0;
  const client = makeClient({
    fetch: (url, init) => {
      asked.push({ url, init });
      return (answers.shift() ?? cut)();
    },
    sleep: (ms) => (slept.push(ms), Promise.resolve()),
    freshKey: () => `key-${(keys += 1)}`,
  });
  const header = (name: string) =>
    asked.map(({ init }) => (init.headers as Record<string, string>)[name]);
  return { client, asked, slept, header };
}

const cut: Answer = () => Promise.reject(new TypeError('network'));
const json =
  (body: unknown, status = 200): Answer =>
  () =>
    Promise.resolve(new Response(JSON.stringify(body), { status }));
const refused = (slug: string, status: number, extras: object = {}) =>
  json({ type: `/problems/${slug}`, title: slug, status, detail: 'why', ...extras }, status);

const problemOf = async (answer: Promise<unknown>): Promise<Problem> => {
  const fault: unknown = await answer.then(
    () => undefined,
    (why: unknown) => why,
  );
  expect(fault).toBeInstanceOf(Problem);
  return fault as Problem;
};

describe('the client', () => {
  test('sends the same key again when the network failed', async () => {
    const { client, header, slept } = world(cut, cut, json({ ok: true }, 201));
    expect(await client.post('/api/quotes', { body: { by: 'energy' } })).toEqual({ ok: true });
    expect(header('Idempotency-Key')).toEqual(['key-1', 'key-1', 'key-1']);
    expect(header('X-Requested-By')).toEqual(['konsento', 'konsento', 'konsento']);
    expect(slept).toEqual([...WAITS_MS]);
  });

  test('takes a new key for a new intention, and a given one for an old', async () => {
    const { client, header } = world(json({}), json({}), json({}));
    await client.post('/a');
    await client.post('/a');
    await client.post('/a', { key: 'kept' });
    expect(header('Idempotency-Key')).toEqual(['key-1', 'key-2', 'kept']);
  });

  test('gives up after the last wait and says that no answer came', async () => {
    const { client, asked } = world();
    expect((await problemOf(client.get('/api/sessions'))).slug).toBe('no-answer');
    expect(asked).toHaveLength(WAITS_MS.length + 1);
  });

  test('asks again while a proxy says that the server is away', async () => {
    const { client, asked } = world(json({}, 503), json({ ok: 1 }));
    expect(await client.get('/x')).toEqual({ ok: 1 });
    expect(asked).toHaveLength(2);
  });

  test('does not ask again after a refusal, and keeps what the server added', async () => {
    const { client, asked } = world(refused('too-many-tries', 429, { retry_after_s: 90 }));
    const problem = await problemOf(client.get('/api/outlets/K7PX3M8Q8Z'));
    expect(problem.slug).toBe('too-many-tries');
    expect(problem.status).toBe(429);
    expect(problem.number('retry_after_s')).toBe(90);
    expect(problem.number('position')).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test('calls a page that is not ours unreadable', async () => {
    const html: Answer = () => Promise.resolve(new Response('<h1>Wi-Fi sign-in</h1>'));
    expect((await problemOf(world(html).client.get('/x'))).slug).toBe('unreadable');
  });

  test('stops at once when the driver goes elsewhere', async () => {
    const leaving = new AbortController();
    const { client, asked } = world(() => {
      leaving.abort();
      return cut();
    });
    await expect(client.get('/x', leaving.signal)).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });

  test('puts the state wanted, with a key like any other intention', async () => {
    const { client, asked, header } = world(json({ locked: true }));
    expect(await client.put('/x', { body: { locked: true } })).toEqual({ locked: true });
    expect(asked[0]?.init.method).toBe('PUT');
    expect(header('Idempotency-Key')).toEqual(['key-1']);
  });

  test('takes an answer without a word for what it is', async () => {
    const empty: Answer = () => Promise.resolve(new Response(null, { status: 204 }));
    expect(await world(empty).client.post('/x')).toBeUndefined();
  });

  test('sends no key with a mere look', async () => {
    const { client, header } = world(json({}));
    await client.get('/x');
    expect(header('Idempotency-Key')).toEqual([undefined]);
  });
});

test('a fresh key is a UUID, also where the browser makes none', () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(freshKey()).toMatch(uuid);
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
  expect(freshKey()).toMatch(uuid);
  Object.defineProperty(crypto, 'randomUUID', { value: randomUUID, configurable: true });
});
