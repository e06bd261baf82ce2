/** What a driver can do to a session; each intention keeps its key until it has been answered. */
import type { Calls } from '../api/calls';
import { freshKey } from '../api/client';
import type { Session } from '../api/types';

export type Act = 'stop' | 'goOn' | 'payAgain';

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
  ) {}

  async do(act: Act): Promise<Session | null> {
    if (this.doing) return null;
    const key = (this.#keys[act] ??= freshKey());
    this.doing = act;
    this.failed = null;
    try {
      const session = await this.calls[act](this.id, key);
      delete this.#keys[act];
      this.take(session);
      return session;
    } catch {
      this.failed = act;
      return null;
    } finally {
      this.doing = null;
    }
  }
}
