/** One session as this phone knows it: the newest word, how old it is, and whether we hear. */
import type { Calls } from '../api/calls';
import { browserOutside, follow } from '../api/follow';
import { latest } from '../api/latest';
import { Problem, passes } from '../api/problem';
import { type Session, isFinal } from '../api/types';
import { buzz } from '../kit/buzz';
import { localNow, observe, serverNow, serverPace } from '../kit/server_clock.svelte';
import { type Heard, hear, lastHeard } from './last_known';
import { owedStops } from './owed.svelte';

/** Milliseconds without a stream before the phone calls itself offline. */
const OFFLINE_MS = 6_000;
/** Milliseconds a first answer may take before the last one known is shown. */
const RECALL_MS = 1_000;
/** Milliseconds between two looks for a receipt that is still being written. */
const RECEIPT_MS = 3_000;
const RECEIPT_LOOKS_MAX = 20;

/** Whether a stop is wanted already, or there is nothing left to stop. */
const stops = (state: Session['state']) =>
  state === 'stopping' || state === 'settling' || isFinal(state);

/** Whether a charge in this state goes on only when its driver says so. */
const rests = (state: Session['state']) => state === 'paused' || state === 'resuming';

export class Following {
  session = $state.raw<Session | null>(null);
  fault = $state.raw<unknown>(null);
  /** What is shown from the device's memory, until the server is heard. */
  past = $state.raw<Heard | null>(null);
  /** The phone's instant at which power flowed again after a rest; null when it has not. */
  resumed_at_ms = $state<number | null>(null);
  #down_since_ms = $state<number | null>(null);
  #leaving = new AbortController();
  #stream: ReturnType<typeof follow> | null = null;
  #looks = 0;

  constructor(
    readonly id: string,
    private readonly calls: Calls,
  ) {}

  /** Looks once, then follows; answers how to end it. */
  start(): () => void {
    void this.load();
    const recall = setTimeout(() => this.#recall(), navigator.onLine ? RECALL_MS : 0);
    const wake = () => document.visibilityState === 'visible' && this.#stream?.wake();
    const pushed = (event: MessageEvent) => event.data?.kind === 'push' && this.#stream?.wake();
    navigator.serviceWorker?.addEventListener('message', pushed);
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    window.addEventListener('pageshow', wake);
    return () => {
      clearTimeout(recall);
      navigator.serviceWorker?.removeEventListener('message', pushed);
      this.#leaving.abort();
      this.#stream?.end();
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
      window.removeEventListener('pageshow', wake);
    };
  }

  async load(): Promise<void> {
    this.fault = null;
    try {
      this.take(await this.calls.session(this.id, this.#leaving.signal));
      this.#follow();
    } catch (why) {
      if (this.#leaving.signal.aborted) return;
      const unheard = why instanceof Problem && passes(why);
      if (unheard && this.#recall()) this.#follow();
      else this.fault = why;
    }
  }

  /** Shows the last word known here, unless there is a newer one; whether there is any. */
  #recall(): boolean {
    if (this.session) return true;
    this.past = lastHeard(this.id);
    this.session = this.past?.session ?? null;
    return this.past !== null;
  }

  /** Takes an answer, whoever asked for it. */
  take(next: Session): void {
    // What was only remembered is no beginning of anything that is felt or joined.
    const before = this.past ? null : this.session;
    this.past = null;
    this.session = latest(before, next);
    if (next.state !== 'charging') this.resumed_at_ms = null;
    else if (before && rests(before.state)) this.resumed_at_ms = Date.now();
    hear(this.session, Date.now());
    if (stops(next.state)) void owedStops.drop(next.session_id);
    if (before?.state === 'starting' && next.state === 'charging') buzz('on');
    if (before && !isFinal(before.state) && isFinal(next.state)) buzz('stopped');
    if (next.state === 'settled' && !next.receipt_ready) this.#lookForReceipt();
  }

  /** Whether the stream has been gone for longer than a tunnel. */
  get offline(): boolean {
    if (this.past) return true;
    return this.#down_since_ms !== null && localNow() - this.#down_since_ms > OFFLINE_MS;
  }

  /**
   * The phone's milliseconds since the last measurement, 0 before the first. On a street that
   * runs faster, the server's are more: divided by its pace they are what the driver waits.
   */
  get age_ms(): number {
    const at_ms = this.session?.measured_at_ms ?? null;
    if (this.past && at_ms !== null) {
      // Without the server only the phone's own clock can say how long ago that was.
      const { session, heard_at_ms } = this.past;
      return Math.max(0, localNow() - heard_at_ms) + Math.max(0, session.now_ms - at_ms);
    }
    return at_ms === null ? 0 : Math.max(0, serverNow() - at_ms) / serverPace();
  }

  #follow(): void {
    if (!this.session || isFinal(this.session.state) || this.#stream) return;
    const ask = () => this.calls.session(this.id, this.#leaving.signal);
    const told = {
      onSession: (next: Session) => {
        observe(next.now_ms);
        this.take(next);
      },
      onLink: (up: boolean) => {
        if (up) this.#down_since_ms = null;
        else this.#down_since_ms ??= Date.now();
      },
    };
    this.#stream = follow(this.calls.eventsUrl(this.id), told, browserOutside(ask));
  }

  #lookForReceipt(): void {
    if (this.#looks >= RECEIPT_LOOKS_MAX) return;
    this.#looks += 1;
    const timer = setTimeout(() => {
      this.calls.session(this.id, this.#leaving.signal).then(
        (next) => this.take(next),
        () => this.#lookForReceipt(),
      );
    }, RECEIPT_MS);
    this.#leaving.signal.addEventListener('abort', () => clearTimeout(timer));
  }
}
