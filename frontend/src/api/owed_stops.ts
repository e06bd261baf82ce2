/**
 * Stops that a driver pressed and the server has not heard yet: kept on the device under the key
 * of the press, so that the page, the page of tomorrow and the service worker may all pass them
 * on, and twice is once.
 */
import { send } from './sending.ts';

export interface OwedStop {
  session_id: string;
  /** The Idempotency-Key of the press. */
  key: string;
  /** The phone's own instant of the press (epoch ms). */
  pressed_at_ms: number;
}

export interface OwedStore {
  all(): Promise<OwedStop[]>;
  keep(stop: OwedStop): Promise<void>;
  drop(session_id: string): Promise<void>;
}

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** Milliseconds that one try may take. */
const TRY_MS_MAX = 10_000;
/** Every charge ends by itself long before. */
const KEPT_MS_MAX = 2 * 86_400_000;

/** Tells the server once. False when it is to be told again later. */
export async function passOn({ session_id, key }: OwedStop, fetch: Fetch): Promise<boolean> {
  const path = `/api/sessions/${encodeURIComponent(session_id)}/stop`;
  const [, init] = send('POST', path, {}, key);
  try {
    const { status } = await fetch(path, { ...init, signal: AbortSignal.timeout(TRY_MS_MAX) });
    // Still being worked on, too many, or ill: later. Any other word is the last: it stops, or
    // the session is none of ours.
    return status < 500 && ![408, 409, 425, 429].includes(status);
  } catch {
    return false;
  }
}

/** Tells the server all that is owed; returns how many stops are still owed. */
export async function passAll(
  store: OwedStore,
  fetch: Fetch,
  now_ms: number = Date.now(),
): Promise<number> {
  const owed = await store.all();
  const left = await Promise.all(
    owed.map(async (stop) => {
      const over = now_ms - stop.pressed_at_ms > KEPT_MS_MAX || (await passOn(stop, fetch));
      if (over) await store.drop(stop.session_id);
      return over ? 0 : 1;
    }),
  );
  return left.reduce<number>((sum, each) => sum + each, 0);
}

const NAME = 'konsento';
const OWED = 'owed_stops';

/** The device's own store; a browser that keeps nothing forgets with the page. */
export function deviceStore(): OwedStore {
  const run = <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) =>
    opened().then(
      (db) =>
        new Promise<T>((done, failed) => {
          const transaction = db.transaction(OWED, mode);
          const asked = act(transaction.objectStore(OWED));
          transaction.oncomplete = () => done(asked.result);
          transaction.onerror = transaction.onabort = () => failed(transaction.error);
        }).finally(() => db.close()),
    );
  return {
    all: () => run<OwedStop[]>('readonly', (store) => store.getAll()),
    keep: async (stop) => void (await run('readwrite', (store) => store.put(stop))),
    drop: async (id) => void (await run('readwrite', (store) => store.delete(id))),
  };
}

function opened(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(OWED, { keyPath: 'session_id' });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}
