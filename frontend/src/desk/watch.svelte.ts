/** The board as this desk knows it: looked at again and again, and how old the last look is. */
import type { DeskCalls } from '../api/desk_calls';
import { Problem } from '../api/problem';
import type { Board, OutletLine, SessionFacts } from '../api/types';
import { localNow, observe } from '../kit/server_clock.svelte';

/** Milliseconds between an answer and the next look. */
export const LOOK_MS = 3_000;
/** Milliseconds after which the board is called old although nothing has failed yet. */
export const OLD_MS = 15_000;

export interface WatchOutside {
  after: (ms: number, act: () => void) => () => void;
  /** The desk's own instant (epoch ms); read in a component, it is read anew every second. */
  now_ms: () => number;
  /** Whether nobody can see the page: nothing is asked then, so that a desk left alone ends. */
  hidden: () => boolean;
}

export const BROWSER: WatchOutside = {
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  now_ms: localNow,
  hidden: () => document.visibilityState === 'hidden',
};

export class Watch {
  board = $state.raw<Board | null>(null);
  /** Why the last look failed; null after one that did not. */
  fault = $state.raw<Problem | null>(null);
  /** The desk's own instant (epoch ms) of the last answer. */
  heard_at_ms = $state<number | null>(null);
  #leaving = new AbortController();
  #cancel: () => void = () => {};
  #turn = 0;

  constructor(
    private readonly calls: Pick<DeskCalls, 'board'>,
    private readonly onended: () => void,
    private readonly outside: WatchOutside = BROWSER,
  ) {}

  /** Looks now and from then on; answers how to end it. */
  start(): () => void {
    void this.look();
    return () => {
      this.#leaving.abort();
      this.#cancel();
    };
  }

  /** One look, at once; a look that is still under way no longer counts. */
  async look(): Promise<void> {
    this.#cancel();
    const turn = (this.#turn += 1);
    if (!this.outside.hidden() || !this.board) await this.#ask(turn);
    if (turn !== this.#turn || this.#leaving.signal.aborted) return;
    this.#cancel = this.outside.after(LOOK_MS, () => void this.look());
  }

  async #ask(turn: number): Promise<void> {
    try {
      const board = await this.calls.board(this.#leaving.signal);
      if (turn !== this.#turn) return;
      observe(board.now_ms);
      this.board = board;
      this.heard_at_ms = this.outside.now_ms();
      this.fault = null;
    } catch (why) {
      if (turn !== this.#turn || this.#leaving.signal.aborted) return;
      this.fault = why instanceof Problem ? why : new Problem('other', 0, String(why));
      if (this.fault.status === 401) {
        this.#leaving.abort();
        this.onended();
      }
    }
  }

  /** Milliseconds since the last answer. */
  get age_ms(): number {
    return this.heard_at_ms === null ? 0 : Math.max(0, this.outside.now_ms() - this.heard_at_ms);
  }

  /** Whether the board may no longer be true. */
  get old(): boolean {
    return this.board !== null && (this.fault !== null || this.age_ms > OLD_MS);
  }

  /** Takes the answer to an act, and looks again for whatever else has changed with it. */
  take(line: OutletLine): void {
    if (!this.board) return;
    const outlets = this.board.outlets.map((each) => (each.code === line.code ? line : each));
    this.board = { ...this.board, outlets };
    void this.look();
  }

  takeSession(session: SessionFacts): void {
    const line = this.board?.outlets.find(
      (each) => each.session?.session_id === session.session_id,
    );
    if (line) this.take({ ...line, session });
  }
}
