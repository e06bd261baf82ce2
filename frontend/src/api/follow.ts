/**
 * Follows one session over server-sent events, and asks plainly when the stream is silent:
 * a phone that slept wakes with a connection that is dead and does not know it.
 */
import { BROWSER_STREAM, type StreamOutside, lasting } from './stream';
import type { Session } from './types';
import { isFinal } from './types';

/** Milliseconds of silence after which the phone asks by itself. */
export const SILENCE_MS_MAX = 20_000;

export interface Followed {
  onSession: (session: Session) => void;
  /** Whether the stream is up now; false as soon as it broke. */
  onLink: (up: boolean) => void;
}

export interface FollowOutside extends StreamOutside {
  ask: () => Promise<Session>;
}

export const browserOutside = (ask: () => Promise<Session>): FollowOutside => ({
  ...BROWSER_STREAM,
  ask,
});

/** Follows until the session is final or `end` is called. `wake` asks at once. */
export function follow(url: string, told: Followed, outside: FollowOutside) {
  const take = (session: Session) => {
    if (stream.ended) return;
    told.onSession(session);
    stream.listen();
    if (isFinal(session.state)) stream.end();
  };
  const ask = () => {
    stream.listen();
    outside.ask().then(take, () => told.onLink(false));
  };
  const stream = lasting(
    url,
    {
      silence_ms_max: SILENCE_MS_MAX,
      silentWhileClosed: true,
      onSilence: ask,
      onDown: () => told.onLink(false),
      onOpen: (mine) => {
        mine.onopen = () => told.onLink(true);
        mine.addEventListener('session', (event) => {
          stream.heard();
          told.onLink(true);
          take(JSON.parse(event.data) as Session);
        });
        // After the server's goodbye the browser comes back by itself: when it was told to, and
        // with Last-Event-ID.
      },
    },
    outside,
  );
  const wake = () => {
    if (stream.ended) return;
    ask();
    stream.wake();
  };
  return { end: stream.end, wake };
}
