/**
 * The board as this desk knows it. The server tells of every change; where its stream breaks,
 * the desk looks again and again by itself, and says so.
 */
import type { DeskCalls } from '../api/desk_calls';
import { Problem } from '../api/problem';
import type { Board, OutletLine, SessionFacts } from '../api/types';
import { localNow, observe } from '../kit/server_clock.svelte';

/** Milliseconds between an answer and the next look, while no stream tells of changes. */
export const LOOK_MS = 3_000;
/** Milliseconds after which the board is called old although nothing has failed yet. */
export const OLD_MS = 15_000;
/** Milliseconds without a stream after which that is said: less is a hiccup. */
export const BROKEN_MS = 5_000;

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
  /** The desk's own instant since which no stream tells of changes; null while one does. */
  unlive_since_ms = $state<number | null>(null);
  #leaving = new AbortController();
  #cancel: () => void = () => {};
  #turn = 0;
  #stream: { end: () => void } | null = null;

  constructor(
    private readonly calls: Pick<DeskCalls, 'board' | 'follow'>,
    private readonly onended: () => void,
    private readonly outside: WatchOutside = BROWSER,
  ) {}

  /** Looks now and from then on; answers how to end it. */
  start(): () => void {
    this.unlive_since_ms = this.outside.now_ms();
    this.wake();
    return () => this.#leave();
  }

  /** Whoever comes back to the page sees it as it is; a page that nobody sees asks nothing. */
  wake(): void {
    if (this.#leaving.signal.aborted) return;
    if (this.outside.hidden() && this.board) return this.#sleep();
    this.#stream ??= this.calls.follow({
      onBoard: (board) => this.#hear(board),
      onLines: (board) => this.#hear(this.#merged(board)),
      onLink: (up) => this.#link(up),
      onEnded: () => this.#end(),
    });
    if (!this.live) void this.look();
  }

  /** One look, at once; a look that is still under way no longer counts. */
  async look(): Promise<void> {
    this.#cancel();
    const turn = (this.#turn += 1);
    if (!this.outside.hidden() || !this.board) await this.#ask(turn);
    if (turn !== this.#turn || this.#leaving.signal.aborted) return;
    if (this.unlive_since_ms !== null) {
      this.#cancel = this.outside.after(LOOK_MS, () => void this.look());
    }
  }

  async #ask(turn: number): Promise<void> {
    try {
      const board = await this.calls.board(this.#leaving.signal);
      if (turn === this.#turn) this.#hear(board);
    } catch (why) {
      if (turn !== this.#turn || this.#leaving.signal.aborted) return;
      this.fault = why instanceof Problem ? why : new Problem('other', 0, String(why));
      if (this.fault.status === 401) this.#end();
    }
  }

  #hear(board: Board): void {
    observe(board.now_ms);
    this.board = board;
    this.heard_at_ms = this.outside.now_ms();
    this.fault = null;
  }

  #merged(news: Board): Board {
    const fresh = new Map(news.outlets.map((line) => [line.code, line]));
    const known = this.board?.outlets ?? [];
    const kept = known.map((line) => fresh.get(line.code) ?? line);
    const added = news.outlets.filter(({ code }) => !known.some((line) => line.code === code));
    return { ...news, outlets: [...kept, ...added] };
  }

  #link(up: boolean): void {
    if (this.#leaving.signal.aborted || up === this.live) return;
    this.unlive_since_ms = up ? null : this.outside.now_ms();
    // A look that began before the stream spoke is older than what it said.
    this.#turn += 1;
    this.#cancel();
    if (!up) this.#cancel = this.outside.after(LOOK_MS, () => void this.look());
  }

  #sleep(): void {
    this.#stream?.end();
    this.#stream = null;
    this.unlive_since_ms ??= this.outside.now_ms();
    this.#cancel();
    this.#turn += 1;
  }

  #leave(): void {
    this.#leaving.abort();
    this.#stream?.end();
    this.#cancel();
  }

  #end(): void {
    this.#leave();
    this.onended();
  }

  /** Whether changes come by themselves. */
  get live(): boolean {
    return this.unlive_since_ms === null;
  }

  /** Whether the stream has been broken for so long that it must be said. */
  get broken(): boolean {
    const since_ms = this.unlive_since_ms;
    return since_ms !== null && this.outside.now_ms() - since_ms >= BROKEN_MS;
  }

  /** Milliseconds since the last answer. */
  get age_ms(): number {
    return this.heard_at_ms === null ? 0 : Math.max(0, this.outside.now_ms() - this.heard_at_ms);
  }

  /** Whether the board may no longer be true. */
  get old(): boolean {
    return this.board !== null && (this.fault !== null || this.age_ms > OLD_MS);
  }

  /** Takes the answer to an act; without a stream, looks for whatever else changed with it. */
  take(line: OutletLine): void {
    if (!this.board) return;
    this.#turn += 1;
    const outlets = this.board.outlets.map((each) => (each.code === line.code ? line : each));
    this.board = { ...this.board, outlets };
    if (!this.live) void this.look();
  }

  takeSession(session: SessionFacts): void {
    const line = this.board?.outlets.find(
      (each) => each.session?.session_id === session.session_id,
    );
    if (line) this.take({ ...line, session });
  }
}
