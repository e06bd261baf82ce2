import { describe, expect, test } from 'vitest';
import { click } from '../../../push/service_worker/click';
import { noteOf, receive } from '../../../push/service_worker/receive';

const origin = 'https://konsento.example';

interface Shown {
  title: string;
  options: NotificationOptions & { renotify?: boolean; timestamp?: number };
}

/** A phone with these pages open; a system that refuses as often as told. */
function phone(pages: { url: string; visibilityState: string }[] = [], refusals = 0) {
  const shown: Shown[] = [];
  const told: string[] = [];
  let left = refusals;
  const outside = {
    origin,
    windows: async () =>
      pages.map((page) => ({ ...page, postMessage: () => void told.push(page.url) })),
    show: async (title: string, options: NotificationOptions) => {
      if (left-- > 0) throw new TypeError('no such option');
      shown.push({ title, options });
    },
  };
  return { shown, told, outside };
}

const push = (different: object = {}) =>
  JSON.stringify({
    web_push: 8030,
    notification: {
      title: '充電が終わりました　168 円',
      body: '4.00 kWh、太陽光',
      navigate: `${origin}/s/morning`,
      tag: 'session-morning',
      lang: 'ja',
      timestamp: 1_795_000_000_000,
      ...different,
    },
    konsento: { kind: 'settled', session_id: 'morning', at_ms: 1_795_000_000_000 },
  });

describe('a push', () => {
  test('becomes one notification with its own words, time and page', async () => {
    const { shown, outside } = phone();
    await receive(push(), outside);
    expect(shown).toEqual([
      {
        title: '充電が終わりました　168 円',
        options: {
          body: '4.00 kWh、太陽光',
          tag: 'session-morning',
          lang: 'ja',
          icon: '/icons/icon-192.png',
          badge: '/icons/badge-96.png',
          timestamp: 1_795_000_000_000,
          renotify: true,
          data: { navigate: '/s/morning' },
        },
      },
    ]);
  });

  test.each([
    ['nothing', null],
    ['an empty text', ''],
    ['damaged JSON', '{"notification":{"title":"充'],
    ['a number', '8030'],
    ['null', 'null'],
    ['no notification', '{"web_push":8030}'],
    ['a title that is no text', push({ title: { a: 1 } })],
    ['an empty title', push({ title: '' })],
  ])('with %s is told in a neutral sentence, in both languages', async (_what, text) => {
    const { shown, outside } = phone();
    await receive(text, outside);
    expect(shown).toHaveLength(1);
    expect(shown[0]?.options.body).toMatch(/お知らせがあります[^]*There is news/);
    expect(shown[0]?.options.tag).toBeTruthy();
  });

  test('is shown all the same when the system refuses an option', async () => {
    const { shown, outside } = phone([], 1);
    await receive(push(), outside);
    expect(shown).toHaveLength(1);
  });

  test('is shown without a sound when its page is before the reader’s eyes', async () => {
    const page = { url: `${origin}/s/morning`, visibilityState: 'visible' };
    const { shown, told, outside } = phone([page]);
    await receive(push(), outside);
    expect(shown.map(({ options }) => options.silent)).toEqual([true]);
    expect(shown[0]?.options.renotify).toBeUndefined();
    expect(told).toEqual([page.url]);
  });

  test('sounds when its page is open but out of sight, or another one is seen', async () => {
    const { shown, told, outside } = phone([
      { url: `${origin}/s/morning`, visibilityState: 'hidden' },
      { url: `${origin}/s/evening`, visibilityState: 'visible' },
    ]);
    await receive(push(), outside);
    expect(shown.map(({ options }) => options.silent)).toEqual([undefined]);
    expect(told).toEqual([`${origin}/s/morning`]);
  });

  test.each([
    'https://elsewhere.example/s/morning',
    '//elsewhere.example/',
    'javascript:alert(1)',
    'https://konsento.example@elsewhere.example/',
    42,
    undefined,
  ])('never leads to %s', (navigate) => {
    expect(noteOf(push({ navigate }), origin).navigate).toBe('/');
  });

  test('is cut where no system shows more', () => {
    const note = noteOf(push({ title: 'あ'.repeat(1_000), body: 'い'.repeat(4_000) }), origin);
    expect(note.title).toHaveLength(120);
    expect(note.body).toHaveLength(400);
  });
});

describe('a push about an outage', () => {
  const outage = (different: object = {}) =>
    push({
      title: '停電情報のお知らせ',
      body: 'お客様のお住まい地域が停電しています。1,240戸・12:04 から。',
      navigate: `${origin}/power`,
      tag: 'power:storm:home',
      ...different,
    });

  test('is one notification, and opens my power', async () => {
    const { shown, outside } = phone();
    await receive(outage(), outside);
    expect(shown).toHaveLength(1);
    expect(shown[0]?.options.tag).toBe('power:storm:home');
    expect(shown[0]?.options.data).toEqual({ navigate: '/power' });
  });

  test('wakes my power where it is open, and no other page', async () => {
    const { shown, told, outside } = phone([
      { url: `${origin}/power`, visibilityState: 'visible' },
      { url: `${origin}/s/morning`, visibilityState: 'hidden' },
    ]);
    await receive(outage(), outside);
    expect(told).toEqual([`${origin}/power`]);
    expect(shown.map(({ options }) => options.silent)).toEqual([true]);
  });

  test.each([outage().slice(0, 60), outage({ title: null }), '\u0000\u0001'])(
    'that is damaged is still exactly one',
    async (text) => {
      const { shown, outside } = phone();
      await receive(text, outside);
      expect(shown).toHaveLength(1);
    },
  );
});

describe('a tap on a notification', () => {
  const world = (urls: string[], focuses = true) => {
    const focused: string[] = [];
    const opened: string[] = [];
    const outside = {
      origin,
      windows: async () =>
        urls.map((url) => ({
          url,
          focus: async () => {
            if (!focuses) throw new Error('closing');
            return focused.push(url);
          },
        })),
      open: async (path: string) => opened.push(path),
    };
    return { focused, opened, outside };
  };

  test('brings the open page of that session forward', async () => {
    const { focused, opened, outside } = world([`${origin}/`, `${origin}/s/morning`]);
    await click('/s/morning', outside);
    expect(focused).toEqual([`${origin}/s/morning`]);
    expect(opened).toEqual([]);
  });

  test('opens the page where none is open', async () => {
    const { opened, outside } = world([`${origin}/s/evening`]);
    await click('/s/morning', outside);
    expect(opened).toEqual(['/s/morning']);
  });

  test('opens another where the one it found is just closing', async () => {
    const { opened, outside } = world([`${origin}/s/morning`], false);
    await click('/s/morning', outside);
    expect(opened).toEqual(['/s/morning']);
  });

  test('opens home for an address that is not ours, or none', async () => {
    const { opened, outside } = world([]);
    await click('https://elsewhere.example/', outside);
    await click(undefined, outside);
    expect(opened).toEqual(['/', '/']);
  });
});
