/** The customer's meters as this phone knows them: asked again while they are looked at. */
import type { PowerCalls } from '../api/power_calls';
import type { MyPower } from '../api/power_types';
import { serverPace } from '../kit/server_clock.svelte';
import { type HeardMeter, hearPower, lastPower } from './last_power';

/** Milliseconds between two looks; after failures twice as long, up to the longest. */
export const LOOK_MS = 30_000;
export const LOOK_MS_MAX = 300_000;
/** The shortest, where a demo's time runs faster than ours. */
const LOOK_MS_MIN = 3_000;
/** After something was asked of the meter, its answer is looked for sooner. */
const SOON_MS: readonly number[] = [2_000, 5_000, 10_000];
/** Milliseconds a first answer may take before what was last known is shown. */
const RECALL_MS = 1_000;

export class Watching {
  /** What the server said last, or null while it has said nothing. */
  power = $state.raw<MyPower | null>(null);
  /** What this phone knew before. */
  past = $state.raw<readonly HeardMeter[]>([]);
  /** Whether the last look failed; what is shown may then be old. */
  lost = $state(false);
  /** Whether an answer is taking so long that the last one known is shown. */
  slow = $state(false);
  asking = $state(false);
  #failures = 0;
  #soon = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leaving = new AbortController();

  constructor(private readonly calls: Pick<PowerCalls, 'power'>) {}

  /** Looks, and goes on looking; answers how to end it. */
  start(): () => void {
    this.past = lastPower();
    void this.look();
    const recall = setTimeout(() => (this.slow = true), navigator.onLine ? RECALL_MS : 0);
    const wake = () => document.visibilityState === 'visible' && void this.look();
    const pushed = (event: MessageEvent) => event.data?.kind === 'push' && wake();
    const { serviceWorker } = navigator;
    serviceWorker?.addEventListener('message', pushed);
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    return () => {
      clearTimeout(recall);
      clearTimeout(this.#timer);
      this.#leaving.abort();
      serviceWorker?.removeEventListener('message', pushed);
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
    };
  }

  async look(): Promise<void> {
    if (this.asking || this.#leaving.signal.aborted) return;
    clearTimeout(this.#timer);
    this.asking = true;
    try {
      this.power = await this.calls.power(this.#leaving.signal);
      this.#failures = 0;
      this.lost = this.slow = false;
      hearPower(this.power, Date.now());
    } catch {
      this.#failures += 1;
      this.lost = true;
    }
    this.asking = false;
    this.past = lastPower();
    if (!this.#leaving.signal.aborted) this.#later();
  }

  /** Has the next looks follow sooner: something was asked, and its answer is waited for. */
  expectNews(): void {
    this.#soon = SOON_MS.length;
    clearTimeout(this.#timer);
    this.#later();
  }

  #later(): void {
    // A page that nobody sees asks nothing; it looks at once when it is seen again.
    if (document.visibilityState !== 'visible') return;
    const soon = SOON_MS[SOON_MS.length - this.#soon];
    if (this.#soon > 0) this.#soon -= 1;
    this.#timer = setTimeout(() => void this.look(), soon ?? patience_ms(this.#failures));
  }
}

/** Milliseconds to the next look after so many failures in a row. */
export function patience_ms(failures: number, pace = serverPace()): number {
  if (failures > 0) return Math.min(LOOK_MS * 2 ** failures, LOOK_MS_MAX);
  return Math.max(LOOK_MS / pace, LOOK_MS_MIN);
}
