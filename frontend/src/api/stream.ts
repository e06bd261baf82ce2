/**
 * A stream of server-sent events that lasts: opened again when it broke, and watched for silence,
 * because a connection may be dead and not know it.
 */

/** Waits before a closed stream is opened again; the last one repeats. */
export const REOPEN_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
const CLOSED = 2;

export interface Stream {
  addEventListener(type: string, heard: (event: MessageEvent<string>) => void): void;
  onopen: (() => void) | null;
  onerror: (() => void) | null;
  readonly readyState: number;
  close(): void;
}

export interface StreamOutside {
  open: (url: string) => Stream;
  /** Acts after `ms`; answers how to think better of it. */
  after: (ms: number, act: () => void) => () => void;
}

export const BROWSER_STREAM: StreamOutside = {
  open: (url) => new EventSource(url) as unknown as Stream,
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

export interface Listener {
  silence_ms_max: number;
  /** Whether a stream that waits to be opened again counts as silent. */
  silentWhileClosed: boolean;
  onSilence: () => void;
  /** A stream was begun: what it says is to be listened for. */
  onOpen: (stream: Stream) => void;
  /** It broke; it will be opened again. */
  onDown: () => void;
}

export interface Lasting {
  readonly ended: boolean;
  /** Something was heard by another way: silence begins anew. */
  listen(): void;
  /** The stream itself spoke: silence begins anew, and so do the waits. */
  heard(): void;
  /** Opens at once what waits to be opened. */
  wake(): void;
  /** Closes the stream, and opens it again after a wait. */
  reopen(): void;
  end(): void;
}

/** Keeps a stream of `url` until `end` is called. */
export function lasting(url: string, listener: Listener, outside: StreamOutside): Lasting {
  let stream: Stream | null = null;
  let failures = 0;
  let ended = false;
  let dropSilence = () => {};
  let dropReopen = () => {};

  const listen = () => {
    dropSilence();
    if (!ended) dropSilence = outside.after(listener.silence_ms_max, listener.onSilence);
  };
  const heard = () => {
    failures = 0;
    listen();
  };
  const reopen = () => {
    if (!listener.silentWhileClosed) dropSilence();
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
    if (!listener.silentWhileClosed) listen();
    mine.onerror = () => {
      if (ended || mine !== stream) return;
      listener.onDown();
      // While it is merely connecting, the browser tries again itself, with Last-Event-ID.
      if (mine.readyState === CLOSED) reopen();
    };
    listener.onOpen(mine);
  };
  const wake = () => {
    if (stream?.readyState !== CLOSED) return;
    dropReopen();
    open();
  };
  const end = () => {
    ended = true;
    dropSilence();
    dropReopen();
    stream?.close();
  };

  open();
  if (listener.silentWhileClosed) listen();
  return {
    get ended() {
      return ended;
    },
    ...{ listen, heard, wake, reopen, end },
  };
}
