/** What the operator is about to tell an outlet: asked once, told until it has been answered. */
import { freshKey } from '../api/client';
import type { DeskCalls } from '../api/desk_calls';
import { Problem } from '../api/problem';
import type { OutletLine, ReportFacts, SessionFacts } from '../api/types';

export type Act = 'stop' | 'lock' | 'unlock' | 'answer';

/** Where the answers go. */
export interface Taker {
  take(line: OutletLine): void;
  takeSession(session: SessionFacts): void;
}

/** A short number that differs where the words do. */
function digestOf(words: string): number {
  let sum = 0;
  for (const letter of words) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 4_294_967_291;
  return sum;
}

interface Asked {
  act: Act;
  line: OutletLine;
  /** Which report is answered. */
  report: ReportFacts | null;
}

export class Order {
  /** What the question on the screen is about; null while nothing is asked. */
  asked = $state.raw<Asked | null>(null);
  fault = $state.raw<unknown>(null);
  /** Why it is done, as it will be kept; what was done about a report. */
  why = $state('');
  /** Whether it was confirmed without the reason it needs. */
  missing = $state(false);
  #telling = $state.raw<Asked | null>(null);
  /** One intention, one key: a second press after a lost answer is the same order. */
  #key = '';

  constructor(
    private readonly calls: Pick<DeskCalls, 'lock' | 'stop' | 'answerReport'>,
    private readonly taker: Taker,
    private readonly onended: () => void,
  ) {}

  /** Whether what is asked about is being passed on. */
  get doing(): boolean {
    return this.asked !== null && this.#telling === this.asked;
  }

  ask(act: Act, line: OutletLine, report: ReportFacts | null = null): void {
    this.asked = { act, line, report };
    this.fault = null;
    this.why = '';
    this.missing = false;
    this.#key = freshKey();
  }

  close(): void {
    this.asked = null;
    this.fault = null;
  }

  async confirm(): Promise<void> {
    const { asked } = this;
    if (!asked || this.doing) return;
    this.missing = asked.act !== 'stop' && this.why.trim() === '';
    if (this.missing) return;
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

  async #tell({ act, line, report }: Asked): Promise<void> {
    // One intention with another reason is another request: a key stands for one body.
    const why = this.why.trim();
    const key = `${this.#key}.${digestOf(why)}`;
    if (act === 'answer') {
      if (report) this.taker.take(await this.calls.answerReport(report.report_id, why, key));
    } else if (act !== 'stop') {
      this.taker.take(await this.calls.lock(line.code, act === 'lock', why, key));
    } else if (line.session) {
      this.taker.takeSession(await this.calls.stop(line.session.session_id, why, key));
    }
  }
}
