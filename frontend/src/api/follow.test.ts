import { describe, expect, test } from 'vitest';
import { aSession } from '../testing/okayama';
import { SILENCE_MS_MAX, follow } from './follow';
import { SAMPLES_MAX, latest } from './latest';
import { REOPEN_MS, type Stream } from './stream';
import type { Sample, Session } from './types';

/** A world whose time goes only when a test says so. */
function world(answers: Session[] = []) {
  const streams: FakeStream[] = [];
  const timers: { at_ms: number; act: () => void }[] = [];
  const seen: string[] = [];
  const links: boolean[] = [];
  let now_ms = 0;
  const outside = {
    open: (url: string) => {
      const stream = new FakeStream(url);
      streams.push(stream);
      return stream;
    },
    ask: () => {
      const answer = answers.shift();
      return answer ? Promise.resolve(answer) : Promise.reject(new Error('no answer'));
    },
    after: (ms: number, act: () => void) => {
      const timer = { at_ms: now_ms + ms, act };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
  };
  const followed = follow(
    '/events',
    {
      onSession: (session) => seen.push(session.state),
      onLink: (up) => links.push(up),
    },
    outside,
  );
  const pass = async (ms: number) => {
    now_ms += ms;
    for (const timer of timers.filter(({ at_ms }) => at_ms <= now_ms)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.act();
    }
    await Promise.resolve();
    await Promise.resolve();
  };
  return { streams, seen, links, followed, pass, timers };
}

class FakeStream implements Stream {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 1;
  #heard: Record<string, (event: MessageEvent<string>) => void> = {};

  constructor(readonly url: string) {}
  addEventListener(type: string, heard: (event: MessageEvent<string>) => void) {
    this.#heard[type] = heard;
  }
  close() {
    this.readyState = 2;
  }
  say(session: Session) {
    this.#heard['session']?.({ data: JSON.stringify(session) } as MessageEvent<string>);
  }
  goodbye() {
    this.#heard['goodbye']?.({ data: '' } as MessageEvent<string>);
  }
  break(readyState: number) {
    this.readyState = readyState;
    this.onerror?.();
  }
}

describe('following a session', () => {
  test('takes what the stream says and ends with the session', async () => {
    const { streams, seen, timers } = world();
    streams[0]?.say(aSession());
    streams[0]?.say(aSession({ state: 'settled' }));
    expect(seen).toEqual(['charging', 'settled']);
    expect(streams[0]?.readyState).toBe(2);
    expect(timers).toEqual([]);
  });

  test('opens a closed stream again, more slowly each time', async () => {
    const { streams, pass } = world();
    for (const wait of REOPEN_MS) {
      const count = streams.length;
      streams.at(-1)?.break(2);
      await pass(wait - 1);
      expect(streams).toHaveLength(count);
      await pass(1);
      expect(streams).toHaveLength(count + 1);
    }
  });

  test('leaves a connecting stream to the browser, which knows the last event', async () => {
    const { streams, links, pass } = world();
    streams[0]?.break(0);
    await pass(1_000);
    expect(streams).toHaveLength(1);
    expect(links).toEqual([false]);
  });

  test('is brought back after a goodbye by the browser, which knows the last event', async () => {
    const { streams, pass } = world();
    streams[0]?.goodbye();
    streams[0]?.break(0);
    await pass(REOPEN_MS[0] ?? 0);
    expect(streams).toHaveLength(1);
    expect(streams[0]?.readyState).toBe(0);
  });

  test('asks plainly when the stream is silent', async () => {
    const { seen, pass } = world([aSession({ state: 'idle' })]);
    await pass(SILENCE_MS_MAX);
    expect(seen).toEqual(['idle']);
  });

  test('says that it does not hear when asking fails too', async () => {
    const { links, pass } = world();
    await pass(SILENCE_MS_MAX);
    expect(links).toEqual([false]);
  });

  test('does nothing more once ended', async () => {
    const { streams, seen, followed, pass } = world([aSession()]);
    followed.end();
    streams[0]?.say(aSession());
    await pass(10 * SILENCE_MS_MAX);
    expect(seen).toEqual([]);
    expect(streams).toHaveLength(1);
  });
});

describe('the latest picture', () => {
  const at = (...instants: number[]): Sample[] => instants.map((each) => [each, 1, each]);

  test('adds only the samples that are new', () => {
    const first = aSession({ samples: at(1, 2, 3) });
    expect(latest(first, aSession({ samples: at(3, 4) })).samples).toEqual(at(1, 2, 3, 4));
    expect(latest(first, aSession({ samples: [] })).samples).toEqual(at(1, 2, 3));
    expect(latest(first, aSession({ samples: at(1, 2, 3, 4, 5) })).samples).toEqual(
      at(1, 2, 3, 4, 5),
    );
  });

  test('keeps the newer state when an older answer arrives late', () => {
    const newer = aSession({ state: 'stopping', sequence: 9 });
    expect(latest(newer, aSession({ sequence: 8 })).state).toBe('stopping');
    expect(latest(newer, aSession({ state: 'settling', sequence: 9 })).state).toBe('settling');
  });

  test('stays drawable through a whole night', () => {
    let session = aSession({ samples: [] });
    for (let second = 1; second <= 5_000; second += 1) {
      session = latest(session, aSession({ samples: at(second) }));
    }
    expect(session.samples.length).toBeLessThanOrEqual(SAMPLES_MAX);
    expect(session.samples.at(-1)?.[0]).toBe(5_000);
  });
});
