/** What the operator is about to tell an outlet: asked once, told until it has been answered. */
import { freshKey } from '../api/client';
import type { DeskCalls } from '../api/desk_calls';
import { Problem } from '../api/problem';
import type { OutletLine, SessionFacts } from '../api/types';

export type Act = 'stop' | 'lock' | 'unlock';

/** Where the answers go. */
export interface Taker {
  take(line: OutletLine): void;
  takeSession(session: SessionFacts): void;
}

interface Asked {
  act: Act;
  line: OutletLine;
}

export class Order {
  /** What the question on the screen is about; null while nothing is asked. */
  asked = $state.raw<Asked | null>(null);
  fault = $state.raw<unknown>(null);
  #telling = $state.raw<Asked | null>(null);
  /** One intention, one key: a second press after a lost answer is the same order. */
  #key = '';

  constructor(
    private readonly calls: Pick<DeskCalls, 'lock' | 'stop'>,
    private readonly taker: Taker,
    private readonly onended: () => void,
  ) {}

  /** Whether what is asked about is being passed on. */
  get doing(): boolean {
    return this.asked !== null && this.#telling === this.asked;
  }

  ask(act: Act, line: OutletLine): void {
    this.asked = { act, line };
    this.fault = null;
    this.#key = freshKey();
  }

  close(): void {
    this.asked = null;
    this.fault = null;
  }

  async confirm(): Promise<void> {
    const { asked } = this;
    if (!asked || this.doing) return;
    this.#telling = asked;
    this.fault = null;
    try {
      await this.#tell(asked);
      if (this.asked === asked) this.close();
    } catch (why) {
      if (why instanceof Problem && why.status === 401) this.onended();
      else if (this.asked === asked) this.fault = why;
    } finally {
      if (this.#telling === asked) this.#telling = null;
    }
  }

  async #tell({ act, line }: Asked): Promise<void> {
    if (act !== 'stop') {
      this.taker.take(await this.calls.lock(line.code, act === 'lock', this.#key));
    } else if (line.session) {
      this.taker.takeSession(await this.calls.stop(line.session.session_id, this.#key));
    }
  }
}
