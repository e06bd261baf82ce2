/** What a driver can do to a session; each intention keeps its key until it has been answered. */
import type { Calls } from '../api/calls';
import { freshKey } from '../api/client';
import { Problem, passes } from '../api/problem';
import type { Session } from '../api/types';
import { type OwedStops, owedStops } from './owed.svelte';

export type Act = 'stop' | 'goOn' | 'resume' | 'payAgain';

export class Acts {
  /** What is being passed on right now. */
  doing = $state<Act | null>(null);
  /** What could not be passed on; pressing again tries the same intention. */
  failed = $state<Act | null>(null);
  #keys: Partial<Record<Act, string>> = {};

  constructor(
    private readonly id: string,
    private readonly calls: Pick<Calls, Act>,
    private readonly take: (session: Session) => void,
    private readonly owed: OwedStops = owedStops,
  ) {}

  /** Whether a stop was pressed that the server has not heard: it is passed on by itself. */
  get owes(): boolean {
    return this.doing !== 'stop' && this.owed.of(this.id) !== undefined;
  }

  /** `pause` is what is to be resumed from. */
  async do(act: Act, pause = 0): Promise<Session | null> {
    if (this.doing) return null;
    const key = (this.#keys[act] ??= this.#pressed(act) ?? freshKey());
    this.doing = act;
    this.failed = null;
    // Kept before it is sent: the page may be gone before there is an answer.
    if (act === 'stop') void this.owed.keep(this.id, key);
    try {
      const session = await this.calls[act](this.id, key, pause);
      this.#heard(act);
      this.take(session);
      return session;
    } catch (why) {
      const unheard = why instanceof Problem && passes(why);
      if (act !== 'stop' || !unheard) this.failed = act;
      if (act === 'stop' && !unheard) void this.owed.drop(this.id);
      return null;
    } finally {
      this.doing = null;
    }
  }

  #pressed(act: Act): string | undefined {
    return act === 'stop' ? this.owed.of(this.id)?.key : undefined;
  }

  #heard(act: Act): void {
    delete this.#keys[act];
    if (act === 'stop') void this.owed.drop(this.id);
  }
}
