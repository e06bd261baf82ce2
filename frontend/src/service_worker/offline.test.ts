import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  PATIENCE_MS,
  ROOMS,
  type Stores,
  allIdle,
  dropOthers,
  keepAll,
  languageOf,
  page,
  wayOf,
} from '../../../push/service_worker/offline';

const origin = 'https://konsento.example';
const asked = (path: string, mode = 'navigate', method = 'GET') => ({
  url: new URL(path, origin).href,
  mode,
  method,
});

describe('what the worker answers', () => {
  const PAGES = ['/', '/scan', '/enter', '/history', '/o/K7PX3M8QAB', '/s/morning/receipt'];
  test.each([...PAGES, '/power', '/power/new', '/mail/stop'])(
    'the page %s',
    (path) => expect(wayOf(asked(path), origin)).toBe('page'),
  );

  test.each(['/assets/first-1.js', '/icons/icon-192.png', '/favicon.svg'])('the file %s', (path) =>
    expect(wayOf(asked(path, 'no-cors'), origin)).toBe('file'),
  );

  test.each([
    asked('/api/sessions', 'cors'),
    asked('/api/sessions/morning/stop', 'cors', 'POST'),
    asked('/api/sessions/morning/events', 'cors'),
    asked('/pay/1'),
    asked('/sandbox/pay/1'),
    asked('/desk'),
    asked('/demo'),
    asked('/demo/api/street', 'cors'),
    asked('/schema'),
    asked('/sw.js', 'same-origin'),
    asked('/o/K7PX3M8QAB', 'navigate', 'POST'),
    asked('https://elsewhere.example/assets/a.js', 'no-cors'),
  ])('never $method $url', (request) => expect(wayOf(request, origin)).toBe('past'));

  test('knows every page that the server draws for the phone', () => {
    const server = readFileSync('../backend/konsento/assembly/pages.py', 'utf8');
    const listed = /^PHONE_PATHS = \[([^\]]*)\]/m.exec(server)?.[1] ?? '';
    // An outlet's page has a door of its own.
    const outlet = /@get\("\/o\/[^"]*"/.exec(server)?.[0] ?? '';
    const paths = listed + outlet;
    const rooms = [...paths.matchAll(/"\/([^/"]*)/g)].map(([, room]) => room ?? '');
    expect(rooms.length).toBeGreaterThan(0);
    expect([...ROOMS].sort()).toEqual([...new Set(rooms)].sort());
  });
});

describe('the language of a stored page', () => {
  test.each([
    ['en', ['ja-JP'], 'en'],
    [undefined, ['en-GB', 'ja'], 'en'],
    [undefined, ['fr', 'ja'], 'ja'],
    ['fr', ['de'], 'ja'],
    [undefined, [], 'ja'],
  ])('cookie %s and languages %s speak %s', (cookie, spoken, said) =>
    expect(languageOf(cookie, spoken)).toBe(said),
  );
});

describe('a page', () => {
  const answer = (status: number) => new Response(`${status}`, { status });
  const never = () => new Promise<never>(() => {});
  const shown = async (fetch: () => Promise<Response>, stored = true, late = never) => {
    const waited: number[] = [];
    const drawn = await page({
      fetch,
      stored: async () => (stored ? answer(299) : undefined),
      after: (ms) => (waited.push(ms), late()),
    });
    return { status: drawn.status, waited };
  };
  const now = () => Promise.resolve() as Promise<never>;

  test('is the network’s where it answers', async () => {
    expect((await shown(async () => answer(200))).status).toBe(200);
    expect((await shown(async () => answer(404))).status).toBe(404);
  });

  test('is the stored one without a network, and when the server is ill', async () => {
    expect((await shown(() => Promise.reject(new TypeError('cut')))).status).toBe(299);
    expect((await shown(async () => answer(502))).status).toBe(299);
  });

  test('is the stored one when the network takes too long', async () => {
    const { status, waited } = await shown(never, true, now);
    expect(status).toBe(299);
    expect(waited).toEqual([PATIENCE_MS]);
  });

  test('is whatever the network says in the end where none is stored', async () => {
    expect((await shown(async () => answer(503), false)).status).toBe(503);
    await expect(shown(() => Promise.reject(new TypeError('cut')), false)).rejects.toThrow('cut');
  });
});

describe('the stored files', () => {
  const world = (names: string[], missing = '') => {
    const kept = new Map(names.map((name) => [name, [] as string[]]));
    const stores: Stores = {
      open: async (name) => ({
        add: async ({ url }) => {
          if (missing && url.endsWith(missing)) throw new TypeError('404');
          kept.set(name, [...(kept.get(name) ?? []), url]);
        },
      }),
      keys: async () => [...kept.keys()],
      delete: async (name) => kept.delete(name),
      match: async () => undefined,
    };
    return { kept, stores };
  };

  test('of a version are kept whole or not at all', async () => {
    const { stores } = world([], '/b.js');
    const listed = async () => [[`${origin}/a.js`], [`${origin}/b.js`]] as [string][];
    await expect(keepAll(stores, 'konsento-2', listed)).rejects.toThrow('404');
  });

  test('of older versions go, and nothing else does', async () => {
    const { kept, stores } = world(['konsento-1', 'konsento-2', 'somebody-else']);
    await dropOthers(stores, 'konsento-2');
    expect([...kept.keys()]).toEqual(['konsento-2', 'somebody-else']);
  });
});

describe('a new version', () => {
  const address = (path: string) => new URL(path, origin).href;
  const at = (...paths: string[]) =>
    allIdle(paths.map((path) => ({ url: address('/s/before'), now: address(path) })));

  test('may take over where nothing is under way', () => {
    expect(at('/', '/history', '/power', '/power/home')).toBe(true);
    expect(at()).toBe(true);
  });

  test('asks nothing of the desk, and takes a silent phone for a busy one', () => {
    expect(allIdle([{ url: address('/desk'), now: null }])).toBe(true);
    expect(allIdle([{ url: address('/'), now: null }])).toBe(false);
  });

  test.each(['/s/morning', '/s/morning/receipt', '/o/K7PX3M8QAB', '/scan', '/enter'])(
    'waits while %s is open',
    (path) => expect(at('/', path)).toBe(false),
  );
});
