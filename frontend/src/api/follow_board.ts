/**
 * Follows the desk's board over server-sent events. The server speaks every few seconds even
 * where nothing changes, so a stream that says nothing is dead, whatever the browser believes.
 */
import { REOPEN_MS, type Stream } from './follow';
import type { Board } from './types';

/** Milliseconds of silence after which a stream is opened anew. */
export const SILENT_MS_MAX = 12_000;

export interface BoardTold {
  /** All outlets. */
  onBoard: (board: Board) => void;
  /** Those that changed; none when all is as it was. */
  onLines: (board: Board) => void;
  /** Whether changes come by themselves now. */
  onLink: (up: boolean) => void;
  /** The sign-in opens nothing any more. */
  onEnded: () => void;
}

export interface BoardOutside {
  open: (url: string) => Stream;
  after: (ms: number, act: () => void) => () => void;
}

const CLOSED = 2;

export const browserBoard: BoardOutside = {
  open: (url) => new EventSource(url) as unknown as Stream,
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** Follows until `end` is called or the sign-in has ended. */
export function followBoard(url: string, told: BoardTold, outside: BoardOutside) {
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
  const reopen = () => {
    dropSilence();
    dropReopen();
    stream?.close();
    if (ended) return;
    const wait = REOPEN_MS[Math.min(failures, REOPEN_MS.length - 1)] ?? 15_000;
    failures += 1;
    dropReopen = outside.after(wait, open);
  };
  const listen = () => {
    dropSilence();
    dropSilence = outside.after(SILENT_MS_MAX, () => {
      told.onLink(false);
      reopen();
    });
  };
  const heard = (tell: (board: Board) => void) => (event: MessageEvent<string>) => {
    if (ended) return;
    failures = 0;
    listen();
    told.onLink(true);
    tell(JSON.parse(event.data) as Board);
  };
  const open = () => {
    if (ended) return;
    const mine = outside.open(url);
    stream = mine;
    listen();
    mine.onerror = () => {
      if (ended || mine !== stream) return;
      told.onLink(false);
      // While it is merely connecting, the browser tries again itself, with Last-Event-ID.
      if (mine.readyState === CLOSED) reopen();
    };
    mine.addEventListener('board', heard(told.onBoard));
    mine.addEventListener('lines', heard(told.onLines));
    mine.addEventListener('goodbye', () => {
      if (ended) return;
      told.onLink(false);
      reopen();
    });
    mine.addEventListener('ended', () => {
      if (ended) return;
      end();
      told.onEnded();
    });
  };

  open();
  return { end };
}
