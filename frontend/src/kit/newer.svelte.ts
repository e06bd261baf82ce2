/** A new version of the app, and when it may take the place of the old one. */

/** What is used of a registration; `waiting` holds a version that is ready and not yet in use. */
export interface Registered {
  readonly waiting: { postMessage(message: string): void } | null;
  readonly installing: Installing | null;
  addEventListener(type: 'updatefound', heard: () => void): void;
  update(): Promise<unknown>;
}
export interface Installing {
  readonly state: string;
  addEventListener(type: 'statechange', heard: () => void): void;
}

export interface NewerOutside {
  /** Whether a version is in use: without one, the first is no "new" one. */
  used: () => boolean;
  reload: () => void;
}

/** Milliseconds between two looks for a new version in an app that is never closed. */
export const LOOK_EVERY_MS = 3_600_000;

export class Newer {
  waiting = $state(false);
  /** Whether it was asked to take over and could not: another window holds a charge. */
  refused = $state(false);
  #registered: Registered | null = null;
  #taking = false;
  #looked_at_ms = 0;

  constructor(private readonly outside: NewerOutside) {}

  watch(registered: Registered, now_ms: number): void {
    this.#registered = registered;
    this.#looked_at_ms = now_ms;
    const ready = () => (this.waiting = registered.waiting !== null && this.outside.used());
    const arriving = () => registered.installing?.addEventListener('statechange', ready);
    registered.addEventListener('updatefound', arriving);
    arriving();
    ready();
  }

  /** Asks the server for a newer version, once an hour at most. */
  look(now_ms: number): void {
    if (!this.#registered || now_ms - this.#looked_at_ms < LOOK_EVERY_MS) return;
    this.#looked_at_ms = now_ms;
    void this.#registered.update().catch(() => {});
  }

  /** Asks the new version to take over; it does when no window of ours holds a charge. */
  take(): void {
    if (!this.waiting) return;
    this.#taking = true;
    this.#registered?.waiting?.postMessage('take-over');
  }

  /** Another version answers from now on: a page that asked for it is drawn anew. */
  changed(): void {
    this.waiting = this.refused = false;
    if (this.#taking) this.outside.reload();
  }
}

export const newer = new Newer({
  used: () => Boolean(navigator.serviceWorker?.controller),
  reload: () => location.reload(),
});
