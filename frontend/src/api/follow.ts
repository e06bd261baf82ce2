/**
 * Follows one session over server-sent events, and asks plainly when the stream is silent:
 * a phone that slept wakes with a connection that is dead and does not know it.
 */
import type { Session } from './types';
import { isFinal } from './types';

/** Milliseconds of silence after which the phone asks by itself. */
export const SILENCE_MS_MAX = 20_000;
/** Waits before a closed stream is opened again; the last one repeats. */
export const REOPEN_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

export interface Followed {
  onSession: (session: Session) => void;
  /** Whether the stream is up now; false as soon as it broke. */
  onLink: (up: boolean) => void;
}

export interface Stream {
  addEventListener(type: string, heard: (event: MessageEvent<string>) => void): void;
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  readonly readyState: number;
  close(): void;
}

export interface FollowOutside {
  open: (url: string) => Stream;
  ask: () => Promise<Session>;
  after: (ms: number, act: () => void) => () => void;
}

const CLOSED = 2;

export const browserOutside = (ask: () => Promise<Session>): FollowOutside => ({
  open: (url) => new EventSource(url) as unknown as Stream,
  ask,
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
});

/** Follows until the session is final or `end` is called. `wake` asks at once. */
export function follow(url: string, told: Followed, outside: FollowOutside) {
  let stream: Stream | null = null;
  let failures = 0;
  let ended = false;
  let dropSilence = () => {};
  let dropReopen = () => {};

  const end = () => {
    ended = true;
    dropSilence();
    dropReopen();
    stream?.close();
  };
  const listen = () => {
    dropSilence();
    if (!ended) dropSilence = outside.after(SILENCE_MS_MAX, ask);
  };
  const take = (session: Session) => {
    if (ended) return;
    told.onSession(session);
    listen();
    if (isFinal(session.state)) end();
  };
  const ask = () => {
    listen();
    outside.ask().then(take, () => told.onLink(false));
  };
  const wake = () => {
    if (ended) return;
    ask();
    if (stream?.readyState !== CLOSED) return;
    dropReopen();
    open();
  };
  const reopen = () => {
    dropReopen();
    stream?.close();
    if (ended) return;
    const wait = REOPEN_MS[Math.min(failures, REOPEN_MS.length - 1)] ?? 15_000;
    failures += 1;
    dropReopen = outside.after(wait, open);
  };
  const open = () => {
    if (ended) return;
    const mine = outside.open(url);
    stream = mine;
    mine.onopen = () => told.onLink(true);
    mine.onerror = () => {
      told.onLink(false);
      // While it is merely connecting, the browser tries again itself, with Last-Event-ID.
      if (mine === stream && mine.readyState === CLOSED) reopen();
    };
    mine.addEventListener('session', (event) => {
      failures = 0;
      told.onLink(true);
      take(JSON.parse(event.data) as Session);
    });
    mine.addEventListener('goodbye', reopen);
  };

  open();
  listen();
  return { end, wake };
}
