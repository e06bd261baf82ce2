import { describe, expect, test } from 'vitest';
import type { SessionState } from '../api/types';
import { aSession } from '../testing/okayama';
import {
  billedYen,
  leftAt,
  marksOf,
  openSince,
  progressOf,
  unreadBecause,
  untilDeadline,
  viewOf,
} from './session_view';

const STATES: SessionState[] = [
  'authorising',
  'starting',
  'charging',
  'interrupted',
  'idle',
  'paused',
  'resuming',
  'link_lost',
  'stopping',
  'settling',
  'settled',
  'cancelled',
  'refused',
  'start_failed',
];

describe('the session screen', () => {
  test('has a view for every state', () => {
    const views = STATES.map((state) => viewOf(aSession({ state })));
    expect(views).toEqual([
      'checking',
      'starting',
      'charging',
      'interrupted',
      'idle',
      'paused',
      'resuming',
      'link_lost',
      'stopping',
      'settling',
      'result',
      'result',
      'result',
      'result',
    ]);
  });

  test('tells a rest after an outage from one in which nothing was drawn', () => {
    expect(viewOf(aSession({ state: 'paused', rest_because: 'no_load' }))).toBe('paused');
    expect(viewOf(aSession({ state: 'paused', rest_because: 'power_lost' }))).toBe('power_back');
  });

  test('knows that a meter without power is not read in seconds, whoever ended the charge', () => {
    const interrupted = { since_ms: 0, because: null, expected: null };
    const ended = { state: 'settling', end_reason: 'driver' } as const;
    expect(unreadBecause(aSession(ended))).toBeNull();
    expect(unreadBecause(aSession({ ...ended, interrupted }))).toBe('power_lost');
    expect(unreadBecause(aSession({ state: 'stopping', interrupted }))).toBe('power_lost');
    expect(unreadBecause(aSession({ state: 'interrupted', interrupted }))).toBeNull();
  });

  test('claims a blinking arrow only while power is measured', () => {
    expect(marksOf(aSession())).toBe('forward');
    expect(marksOf(aSession({ power_w: 0 }))).toBe('noLoad');
    expect(marksOf(aSession({ power_w: null }))).toBe('noLoad');
    expect(marksOf(aSession({ state: 'link_lost' }))).toBe('unknown');
    expect(marksOf(aSession({ state: 'paused' }))).toBe('open');
    expect(marksOf(aSession({ state: 'resuming' }))).toBe('unknown');
    expect(marksOf(aSession({ state: 'interrupted' }))).toBe('unknown');
    expect(marksOf(aSession({ state: 'settled' }))).toBe('unknown');
    const read = { state: 'settled', closing_register_wh: 42_875_320 } as const;
    expect(marksOf(aSession(read))).toBe('open');
    expect(marksOf(aSession({ state: 'settling', end_reason: 'driver' }))).toBe('open');
    expect(marksOf(aSession({ state: 'settling', end_reason: 'power_lost' }))).toBe('unknown');
  });

  test('calls the switch open only since it was read open', () => {
    const over = { state: 'settling', ended_at_ms: 9_000, end_reason: 'driver' } as const;
    expect(openSince(aSession(over))).toBe(9_000);
    expect(openSince(aSession({ ...over, state: 'settled' }))).toBe(9_000);
    expect(openSince(aSession({ ...over, state: 'stopping' }))).toBeNull();
    expect(openSince(aSession({ ...over, end_reason: 'link_lost' }))).toBeNull();
    expect(openSince(aSession({ ...over, end_reason: 'power_lost' }))).toBeNull();
    expect(openSince(aSession({ ...over, switched_on_at_ms: null }))).toBeNull();
  });

  test('counts the time left down from the server’s word, never below nothing', () => {
    const session = aSession();
    expect(leftAt(session, session.now_ms)).toBe(1_740);
    expect(leftAt(session, session.now_ms + 40_000)).toBe(1_700);
    expect(leftAt(session, session.now_ms + 9_999_000)).toBe(0);
    expect(leftAt(aSession({ left_s: null }), session.now_ms)).toBeNull();
  });

  test('gives no time longer than the day in which every charge ends', () => {
    expect(leftAt(aSession({ left_s: 86_400 }), 0)).toBe(86_400);
    expect(leftAt(aSession({ left_s: 86_401 }), 0)).toBeNull();
  });

  test('does not count down before the plug is in', () => {
    const session = aSession({ used_wh: 0, power_w: 0 });
    expect(leftAt(session, session.now_ms + 60_000)).toBe(1_740);
  });

  test('shows progress by what limits it', () => {
    const byTime = aSession({ by: 'time', duration_s: 3_480 });
    expect(progressOf(byTime, byTime.now_ms)).toBeCloseTo(0.5);
    const byEnergy = aSession();
    expect(progressOf(byEnergy, byEnergy.now_ms)).toBeCloseTo(0.64);
    expect(progressOf(aSession({ used_wh: 4_100 }), 0)).toBe(1);
  });

  test('knows when a state ends by itself', () => {
    expect(untilDeadline(aSession({ deadline_ms: 10_000 }), 4_000)).toBe(6);
    expect(untilDeadline(aSession({ deadline_ms: 10_000 }), 14_000)).toBe(0);
    expect(untilDeadline(aSession(), 0)).toBeNull();
  });

  test('calls billed only what was captured', () => {
    const paid = { held_yen: 168, captured_yen: 100, card_brand: null, card_last4: null };
    expect(billedYen(aSession({ payment: { state: 'captured', ...paid } }))).toBe(100);
    expect(billedYen(aSession({ payment: { state: 'waived', ...paid } }))).toBe(0);
    expect(billedYen(aSession({ payment: { state: 'released', ...paid } }))).toBe(0);
  });
});
