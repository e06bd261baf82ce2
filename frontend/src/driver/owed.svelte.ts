/** The stops that the server has not heard yet, as the pages see them; each is tried again. */
import { type OwedStop, type OwedStore, deviceStore, passAll } from '../api/owed_stops';

/** Milliseconds between two tries while something is owed and the page is open. */
const TRY_EVERY_MS = 10_000;
const TAG = 'owed-stops';

export interface OwedOutside {
  fetch: (path: string, init: RequestInit) => Promise<Response>;
  after: (ms: number, act: () => void) => () => void;
  now_ms: () => number;
  /** Asks the browser to wake the service worker once there is a network again. */
  sync: () => void;
}

const BROWSER: OwedOutside = {
  fetch: (path, init) => fetch(path, init),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  now_ms: () => Date.now(),
  sync: () => {
    type Syncing = ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } };
    navigator.serviceWorker?.ready
      .then((registration: Syncing) => registration.sync?.register(TAG))
      .catch(() => {});
  },
};

export class OwedStops {
  #owed = $state.raw<Readonly<Record<string, OwedStop>>>({});
  #dropTimer = () => {};
  /** Writings one after another, so that what is dropped stays dropped. */
  #written: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: OwedStore = deviceStore(),
    private readonly outside: OwedOutside = BROWSER,
  ) {}

  /** The stop of this session that the server has not heard yet. */
  of(session_id: string): OwedStop | undefined {
    return this.#owed[session_id];
  }

  async keep(session_id: string, key: string): Promise<void> {
    if (this.#owed[session_id]) return;
    const stop = { session_id, key, pressed_at_ms: this.outside.now_ms() };
    this.#owed = { ...this.#owed, [session_id]: stop };
    this.#later();
    // A browser that keeps nothing still tries for as long as the page is open.
    await this.#write(() => this.store.keep(stop));
    this.outside.sync();
  }

  async drop(session_id: string): Promise<void> {
    if (!this.#owed[session_id]) return;
    await this.#forget(session_id);
  }

  /** Tells the server all that it has not heard, and knows afterwards what is left. */
  async pass(): Promise<void> {
    this.#dropTimer();
    const { fetch, now_ms } = this.outside;
    await passAll(this.#both(), fetch, now_ms());
    await this.look();
    this.#later();
  }

  /** Looks what is kept: another page or the service worker may have passed some on. */
  async look(): Promise<void> {
    await this.#written;
    const kept = await this.store.all().catch(() => Object.values(this.#owed));
    this.#owed = Object.fromEntries(kept.map((stop) => [stop.session_id, stop]));
  }

  /** Passes on now, and whenever there may be a network again; answers how to end it. */
  start(): () => void {
    const pass = () => void this.pass();
    const seen = () => document.visibilityState === 'visible' && pass();
    window.addEventListener('online', pass);
    document.addEventListener('visibilitychange', seen);
    pass();
    return () => {
      this.#dropTimer();
      window.removeEventListener('online', pass);
      document.removeEventListener('visibilitychange', seen);
    };
  }

  async #forget(session_id: string): Promise<void> {
    const { [session_id]: _heard, ...others } = this.#owed;
    this.#owed = others;
    this.#later();
    await this.#write(() => this.store.drop(session_id));
  }

  #write(act: () => Promise<void>): Promise<unknown> {
    this.#written = this.#written.then(act).catch(() => {});
    return this.#written;
  }

  #later(): void {
    this.#dropTimer();
    if (Object.keys(this.#owed).length === 0) return;
    this.#dropTimer = this.outside.after(TRY_EVERY_MS, () => void this.pass());
  }

  /** The device's store, and the page's own memory where there is none. */
  #both(): OwedStore {
    return {
      all: () => this.store.all().catch(() => Object.values(this.#owed)),
      keep: (stop) => this.store.keep(stop),
      drop: (session_id) => this.#forget(session_id),
    };
  }
}

export const owedStops = new OwedStops();
