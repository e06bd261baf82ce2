/** A test of the way to an outlet's meter: sent once, told while it is under way, and its fault. */
import { freshKey } from '../api/client';
import type { DeskCalls } from '../api/desk_calls';
import { Problem } from '../api/problem';
import type { OutletLine } from '../api/types';

export type Test = 'loopback' | 'link_trace';

export class Probe {
  /** Which test is under way, at which outlet. */
  under = $state.raw<{ test: Test; code: string } | null>(null);
  fault = $state.raw<unknown>(null);

  constructor(
    private readonly calls: Pick<DeskCalls, 'loopback' | 'linkTrace'>,
    private readonly taker: { take(line: OutletLine): void },
    private readonly onended: () => void,
  ) {}

  async send(test: Test, code: string): Promise<void> {
    if (this.under) return;
    this.under = { test, code };
    this.fault = null;
    try {
      const asked = test === 'loopback' ? this.calls.loopback : this.calls.linkTrace;
      this.taker.take(await asked(code, freshKey()));
    } catch (why) {
      if (why instanceof Problem && why.status === 401) this.onended();
      else this.fault = why;
    } finally {
      this.under = null;
    }
  }
}
