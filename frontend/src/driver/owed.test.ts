import { describe, expect, test } from 'vitest';
import type { OwedStop, OwedStore } from '../api/owed_stops';
import { Problem } from '../api/problem';
import { aSession } from '../testing/okayama';
import { Acts } from './acts.svelte';
import { OwedStops } from './owed.svelte';

const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** A phone whose network is `up` or not; time passes when told. */
function phone(up = false) {
  const world = { up, syncs: 0, keys: [] as (string | null)[] };
  const kept = new Map<string, OwedStop>();
  const store: OwedStore = {
    all: async () => [...kept.values()],
    keep: async (stop) => void kept.set(stop.session_id, stop),
    drop: async (id) => void kept.delete(id),
  };
  let timer: (() => void) | null = null;
  const owed = new OwedStops(store, {
    fetch: async (_path, init) => {
      world.keys.push(new Headers(init.headers).get('Idempotency-Key'));
      if (!world.up) throw new TypeError('network');
      return new Response('{}');
    },
    after: (_ms, act) => {
      timer = act;
      return () => (timer = null);
    },
    now_ms: () => 1_000,
    sync: () => (world.syncs += 1),
  });
  const pressed: (string | undefined)[] = [];
  const calls = {
    stop: async (_id: string, key?: string) => {
      pressed.push(key);
      if (!world.up) throw new Problem('no-answer', 0, '');
      return aSession({ state: 'stopping' });
    },
    goOn: async () => aSession(),
    resume: async () => aSession(),
    payAgain: async () => aSession(),
  };
  const acts = new Acts('morning', calls, () => {}, owed);
  return { world, kept, owed, acts, pressed, pass: () => timer?.(), waits: () => timer !== null };
}

describe('a stop pressed without a network', () => {
  test('is kept, and called not yet stopped', async () => {
    const { world, kept, acts } = phone();
    await acts.do('stop');
    await settled();
    expect(kept.get('morning')?.pressed_at_ms).toBe(1_000);
    expect([acts.owes, acts.failed, world.syncs]).toEqual([true, null, 1]);
  });

  test('is passed on under the same key as soon as there is a network', async () => {
    const { world, kept, acts, pressed, pass, waits } = phone();
    await acts.do('stop');
    await settled();
    pass();
    await settled();
    expect([acts.owes, waits()]).toEqual([true, true]);
    world.up = true;
    pass();
    await settled();
    expect([kept.size, acts.owes, waits()]).toEqual([0, false, false]);
    expect(new Set([...world.keys, ...pressed]).size).toBe(1);
  });

  test('pressed again is the same press', async () => {
    const { acts, pressed } = phone();
    await acts.do('stop');
    await acts.do('stop');
    expect(new Set(pressed).size).toBe(1);
  });

  test('is still owed when the app is opened again', async () => {
    const { kept, owed, acts, pressed } = phone();
    kept.set('morning', { session_id: 'morning', key: 'yesterday', pressed_at_ms: 0 });
    await owed.look();
    expect(acts.owes).toBe(true);
    await acts.do('stop');
    expect(pressed).toEqual(['yesterday']);
  });

  test('is dropped when the session is over', async () => {
    const { kept, owed, acts } = phone();
    await acts.do('stop');
    await owed.drop('morning');
    await settled();
    expect([kept.size, acts.owes]).toEqual([0, false]);
  });
});

test('a stop that was heard is owed no more', async () => {
  const { kept, acts, waits } = phone(true);
  await acts.do('stop');
  await settled();
  expect([kept.size, acts.owes, acts.failed, waits()]).toEqual([0, false, null, false]);
});

test('a browser that keeps nothing still tries while the page is open', async () => {
  const world = { up: false };
  const broken = () => Promise.reject(new Error('no storage'));
  let timer: (() => void) | null = null;
  const owed = new OwedStops(
    { all: broken, keep: broken, drop: broken },
    {
      fetch: async () => {
        if (!world.up) throw new TypeError('network');
        return new Response('{}');
      },
      after: (_ms, act) => ((timer = act), () => (timer = null)),
      now_ms: () => 0,
      sync: () => {},
    },
  );
  await owed.keep('morning', 'press-1');
  world.up = true;
  (timer as (() => void) | null)?.();
  await settled();
  expect(owed.of('morning')).toBeUndefined();
});
