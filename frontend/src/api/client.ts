/**
 * Asks the server: one key per intention, a time limit on every try, and the same key again
 * when the network failed, so that a lost answer never buys twice.
 */
import { Problem, passes, problemFrom } from './problem';
import { freshKey, sending } from './sending';

export { freshKey };

/** Milliseconds one try may take, and the waits before the second and third. */
export const TRY_MS_MAX = 10_000;
export const WAITS_MS: readonly number[] = [600, 2_000];

export interface Outside {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  sleep: (ms: number) => Promise<void>;
  freshKey: () => string;
}

export interface Intent {
  /** The body; an empty one else. */
  body?: object;
  /** The intention's key, where it must outlive this call; a fresh one else. */
  key?: string;
  signal?: AbortSignal;
}

export interface Client {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, intent?: Intent): Promise<T>;
  /** Names the state wanted: the same asked twice is asked once. */
  put<T>(path: string, intent?: Intent): Promise<T>;
  /** Names the state wanted as well: what is gone already is gone. */
  remove(path: string, intent?: Intent): Promise<void>;
}

const BROWSER: Outside = {
  fetch: (url, init) => fetch(url, init),
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  freshKey,
};

export function makeClient(outside: Outside = BROWSER): Client {
  async function ask<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<T> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await once<T>(outside, path, init, signal);
      } catch (fault) {
        if (signal?.aborted || !(fault instanceof Problem) || !passes(fault)) throw fault;
        const wait = WAITS_MS[tried];
        if (wait === undefined) throw fault;
        await outside.sleep(wait);
        signal?.throwIfAborted();
      }
    }
  }
  function send<T>(method: string, path: string, intent: Intent = {}): Promise<T> {
    const { body = {}, key = outside.freshKey(), signal } = intent;
    return ask(path, { method, headers: sending(key), body: JSON.stringify(body) }, signal);
  }
  return {
    get: (path, signal) => ask(path, { headers: { Accept: 'application/json' } }, signal),
    post: (path, intent) => send('POST', path, intent),
    put: (path, intent) => send('PUT', path, intent),
    remove: (path, intent) => send('DELETE', path, intent),
  };
}

async function once<T>(
  outside: Outside,
  path: string,
  init: RequestInit,
  signal?: AbortSignal,
): Promise<T> {
  const limit = AbortSignal.timeout(TRY_MS_MAX);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  let answer: Response;
  let body: unknown;
  try {
    answer = await outside.fetch(path, { ...init, credentials: 'same-origin', signal: either });
    body = await answer.json().catch((fault: unknown) => {
      // A body cut off by the network is no answer; one that is not JSON is somebody else's.
      if (fault instanceof SyntaxError) return undefined;
      throw fault;
    });
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new Problem('no-answer', 0, String(fault));
  }
  if (!answer.ok) throw problemFrom(answer.status, body);
  if (answer.status === 204) return undefined as T;
  if (body === undefined) throw new Problem('unreadable', answer.status, '');
  return body as T;
}
