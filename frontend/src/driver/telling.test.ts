import { describe, expect, test } from 'vitest';
import type { PushCalls } from '../api/push_calls';
import { type Subscribed, TellMe, type TellingOutside, base64url } from './telling.svelte';

const KEY = base64url(new Uint8Array([4, 250, 251, 252]).buffer);

/** A browser and a server as told; what the server heard. */
function world(browser: Partial<TellingOutside> = {}, key: string | null = KEY) {
  const heard: string[] = [];
  let now: Subscribed | null = null;
  const fresh = (endpoint: string): Subscribed => ({
    endpoint,
    key: new Uint8Array([4, 250, 251, 252]).buffer,
    toJSON: () => ({ endpoint, keys: { p256dh: 'p', auth: 'a' } }),
    unsubscribe: async () => ((now = null), true),
  });
  const calls: PushCalls = {
    key: async () => key,
    tell: async ({ endpoint, keys }, language) =>
      void heard.push(`tell ${endpoint} ${keys.auth} ${language}`),
    forget: async (endpoint) => void heard.push(`forget ${endpoint}`),
  };
  let permission: 'default' | 'granted' | 'denied' = 'default';
  const outside: TellingOutside = {
    able: () => 'yes',
    permission: () => permission,
    ask: async () => (permission = 'granted'),
    subscribed: async () => now,
    subscribe: async () => (now = fresh('https://push.example/1')),
    after: () => new Promise(() => {}),
    ...browser,
  };
  return { tell: new TellMe(calls, outside), again: () => new TellMe(calls, outside), heard };
}

describe('being told', () => {
  test('is offered, and asked for only after a tap', async () => {
    let asked = 0;
    const { tell, heard } = world({ ask: async () => ((asked += 1), 'granted') });
    await tell.look('ja');
    expect([tell.state, asked, heard]).toEqual(['offer', 0, []]);
    await tell.begin('ja');
    expect([tell.state, asked]).toEqual(['on', 1]);
    expect(heard).toEqual(['tell https://push.example/1 a ja']);
  });

  test('ends by the same row', async () => {
    const { tell, heard } = world();
    await tell.look('ja');
    await tell.begin('ja');
    await tell.end();
    expect(tell.state).toBe('offer');
    expect(heard.at(-1)).toBe('forget https://push.example/1');
  });

  test('goes on at the next visit without a word; in another language the server hears', async () => {
    const { tell, again, heard } = world();
    await tell.look('ja');
    await tell.begin('ja');
    const next = again();
    await next.look('ja');
    expect([next.state, heard.length]).toEqual(['on', 1]);
    const english = again();
    await english.look('en');
    expect([english.state, heard.at(-1)]).toEqual(['on', 'tell https://push.example/1 a en']);
  });

  test('is not offered where the server sends nothing, or the browser cannot', async () => {
    const silent = world({}, null);
    await silent.tell.look('ja');
    const unable = world({ able: () => 'no' });
    await unable.tell.look('ja');
    expect([silent.tell.state, unable.tell.state]).toEqual(['none', 'none']);
  });

  test('leads to the Home Screen first where only an installed app is told', async () => {
    const { tell } = world({ able: () => 'home-screen' });
    await tell.look('ja');
    expect(tell.state).toBe('home-screen');
  });

  test('that was refused is said, not asked again', async () => {
    const { tell, heard } = world({ ask: async () => 'denied' });
    await tell.look('ja');
    await tell.begin('ja');
    expect([tell.state, heard]).toEqual(['denied', []]);
    const before = world({ permission: () => 'denied' });
    await before.tell.look('ja');
    expect(before.tell.state).toBe('denied');
  });

  test('is offered again when the question was put away without an answer', async () => {
    const { tell } = world({ ask: async () => 'default' });
    await tell.look('ja');
    await tell.begin('ja');
    expect(tell.state).toBe('offer');
  });

  test('does not wait for ever for a browser that never answers', async () => {
    const { tell } = world({
      subscribe: () => new Promise(() => {}),
      after: () => Promise.reject(new Error('took too long')),
    });
    await tell.look('ja');
    await tell.begin('ja');
    expect(tell.state).toBe('failed');
  });

  test('moves to the server’s new key', async () => {
    const { tell, again, heard } = world();
    await tell.look('ja');
    await tell.begin('ja');
    const calls = { key: async () => 'BAnother' };
    const moved = again();
    Object.assign((moved as unknown as { calls: object }).calls, calls);
    await moved.look('ja');
    expect(heard.slice(1)).toEqual([
      'forget https://push.example/1',
      'tell https://push.example/1 a ja',
    ]);
    expect(moved.state).toBe('on');
  });
});
