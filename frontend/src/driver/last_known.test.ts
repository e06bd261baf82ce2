import { describe, expect, test } from 'vitest';
import type { Sample } from '../api/types';
import { NOON_MS, aSession } from '../testing/okayama';
import {
  POINTS_MAX,
  SESSIONS_MAX,
  WRITE_EVERY_MS,
  hear,
  hearLines,
  knownLines,
  lastHeard,
} from './last_known';

const known = (session_id = 'morning') => lastHeard(session_id)?.session;

describe('what a phone last heard', () => {
  test('is there again, with its time, and without what leads to money', () => {
    hear(aSession({ pay_url: 'https://pay.example/1' }), 5_000);
    expect(lastHeard('morning')?.heard_at_ms).toBe(5_000);
    expect(known()).toMatchObject({ state: 'charging', used_wh: 2_560, pay_url: null });
  });

  test('is not replaced by an answer that was overtaken', () => {
    hear(aSession({ state: 'stopping', sequence: 9 }), 1_000);
    hear(aSession({ state: 'charging', sequence: 8 }), 9_000);
    expect(known()?.state).toBe('stopping');
  });

  test('is written now and then, but at once when the state changes', () => {
    hear(aSession({ used_wh: 1 }), 0);
    hear(aSession({ used_wh: 2 }), WRITE_EVERY_MS - 1);
    expect(known()?.used_wh).toBe(1);
    hear(aSession({ used_wh: 3 }), WRITE_EVERY_MS);
    expect(known()?.used_wh).toBe(3);
    hear(aSession({ used_wh: 4, state: 'idle' }), WRITE_EVERY_MS + 1);
    expect(known()?.used_wh).toBe(4);
  });

  test('is bounded: the oldest charges and most points of a curve are let go', () => {
    const samples = Array.from({ length: 1_000 }, (_, i): Sample => [i, i, i]);
    for (let number = 0; number < SESSIONS_MAX + 2; number += 1) {
      hear(aSession({ session_id: `s${number}`, samples }), number);
    }
    expect(known('s0')).toBeUndefined();
    expect(known('s7')?.samples.length).toBeLessThanOrEqual(POINTS_MAX);
    expect(known('s7')?.samples.at(-1)?.[0]).toBe(999);
  });

  test('lists the charges, each by its newest word', () => {
    const older = aSession({ session_id: 'older', created_at_ms: NOON_MS - 9_000_000 });
    const line = { ...knownLine(aSession()), state: 'charging' as const };
    hearLines([line, { ...knownLine(older), state: 'settled' }]);
    hear(aSession({ state: 'idle' }), 0);
    expect(knownLines().map(({ session_id, state }) => [session_id, state])).toEqual([
      ['morning', 'idle'],
      ['older', 'settled'],
    ]);
  });
});

function knownLine(session: ReturnType<typeof aSession>) {
  const { session_id, state, power_type, used_wh, price_yen, created_at_ms } = session;
  const place = session.outlet.place;
  const times = { created_at_ms, started_at_ms: null, ended_at_ms: null };
  return { session_id, state, power_type, used_wh, price_yen, place, ...times };
}
