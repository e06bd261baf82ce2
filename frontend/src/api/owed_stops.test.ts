import { describe, expect, test } from 'vitest';
import { type OwedStop, type OwedStore, passAll, passOn } from './owed_stops';

const stop = (different: Partial<OwedStop> = {}): OwedStop => ({
  session_id: 'morning',
  key: 'press-1',
  pressed_at_ms: 0,
  ...different,
});

/** A device that keeps these stops, and a server that answers with this status (0: no answer). */
function world(status: number, ...owed: OwedStop[]) {
  const kept = new Map(owed.map((each) => [each.session_id, each]));
  const asked: { path: string; key: string | null; body: unknown }[] = [];
  const store: OwedStore = {
    all: async () => [...kept.values()],
    keep: async (each) => void kept.set(each.session_id, each),
    drop: async (id) => void kept.delete(id),
  };
  const fetch = async (path: string, init: RequestInit) => {
    asked.push({ path, key: new Headers(init.headers).get('Idempotency-Key'), body: init.body });
    if (!status) throw new TypeError('network');
    return new Response('{}', { status });
  };
  return { kept, asked, store, fetch };
}

describe('a stop that is owed', () => {
  test('is told under the key of the press', async () => {
    const { asked, fetch } = world(200);
    expect(await passOn(stop(), fetch)).toBe(true);
    expect(asked).toEqual([{ path: '/api/sessions/morning/stop', key: 'press-1', body: '{}' }]);
  });

  test.each([200, 404, 422])('is owed no more after %i', async (status) => {
    const { kept, store, fetch } = world(status, stop());
    expect(await passAll(store, fetch, 0)).toBe(0);
    expect(kept.size).toBe(0);
  });

  test.each([0, 408, 409, 429, 500, 503])('stays owed after %i', async (status) => {
    const { kept, store, fetch } = world(status, stop());
    expect(await passAll(store, fetch, 0)).toBe(1);
    expect(kept.size).toBe(1);
  });

  test('told twice is told under one key', async () => {
    const { asked, store, fetch } = world(503, stop());
    await passAll(store, fetch, 0);
    await passAll(store, fetch, 0);
    expect(asked.map(({ key }) => key)).toEqual(['press-1', 'press-1']);
  });

  test('is forgotten after two days, when every charge has long ended', async () => {
    const { kept, asked, store, fetch } = world(200, stop());
    await passAll(store, fetch, 3 * 86_400_000);
    expect([kept.size, asked.length]).toEqual([0, 0]);
  });
});
