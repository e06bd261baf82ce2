import { describe, expect, test } from 'vitest';
import { LOOK_EVERY_MS, Newer, type Registered } from './newer.svelte';

/** A page under a worker (or under none), and a registration whose new version arrives when told. */
function world(used = true) {
  const said: string[] = [];
  const heard: Record<string, () => void> = {};
  let reloads = 0;
  let updates = 0;
  const registered = {
    waiting: null as Registered['waiting'],
    installing: null as Registered['installing'],
    addEventListener: (type: string, act: () => void) => void (heard[type] = act),
    update: async () => void (updates += 1),
  };
  const newer = new Newer({ used: () => used, reload: () => (reloads += 1) });
  newer.watch(registered, 0);
  const arrives = () => {
    registered.installing = {
      state: 'installed',
      addEventListener: (type, act) => void (heard[type] = act),
    };
    heard['updatefound']?.();
    registered.waiting = { postMessage: (message) => void said.push(message) };
    heard['statechange']?.();
  };
  return { newer, arrives, said, reloads: () => reloads, updates: () => updates };
}

describe('a new version', () => {
  test('is known when it is ready', () => {
    const { newer, arrives } = world();
    expect(newer.waiting).toBe(false);
    arrives();
    expect(newer.waiting).toBe(true);
  });

  test('is none when it is the first', () => {
    const { newer, arrives } = world(false);
    arrives();
    expect(newer.waiting).toBe(false);
  });

  test('takes over when it is asked to, and the page that asked is drawn anew', () => {
    const { newer, arrives, said, reloads } = world();
    newer.take();
    expect(said).toEqual([]);
    arrives();
    newer.take();
    expect(said).toEqual(['take-over']);
    expect(reloads()).toBe(0);
    newer.changed();
    expect(reloads()).toBe(1);
  });

  test('never draws a page anew that did not ask', () => {
    const { newer, arrives, reloads } = world();
    arrives();
    newer.changed();
    expect(reloads()).toBe(0);
    expect(newer.waiting).toBe(false);
  });

  test('is looked for once an hour in an app that is never closed', () => {
    const { newer, updates } = world();
    newer.look(LOOK_EVERY_MS - 1);
    newer.look(LOOK_EVERY_MS);
    newer.look(LOOK_EVERY_MS + 1);
    expect(updates()).toBe(1);
  });
});
