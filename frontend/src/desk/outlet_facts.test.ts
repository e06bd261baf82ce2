import { describe, expect, test } from 'vitest';
import type { OutletLine, SessionState } from '../api/types';
import { aBoard, aLine, aMeter, aReport, busy, facts } from '../testing/car_park';
import * as told from './outlet_facts';

describe('the state of an outlet', () => {
  test.each<[SessionState, told.LineState, boolean]>([
    ['authorising', 'authorising', true],
    ['starting', 'starting', true],
    ['charging', 'charging', true],
    ['interrupted', 'interrupted', true],
    ['idle', 'idle', true],
    ['paused', 'paused', true],
    ['resuming', 'resuming', true],
    ['link_lost', 'link_lost', true],
    ['stopping', 'stopping', false],
    ['settling', 'settling', false],
    ['settled', 'free', false],
    ['cancelled', 'free', false],
    ['refused', 'free', false],
    ['start_failed', 'free', false],
  ])('with a session that is %s it is %s', (state, seen, stops) => {
    const line = busy(1, { state });
    expect(told.stateOf(line)).toBe(seen);
    expect(told.stoppable(line) !== null).toBe(stops);
  });

  test('power that is back is told from a load that is gone', () => {
    expect(told.stateOf(busy(1, { state: 'paused', rest_because: 'no_load' }))).toBe('paused');
    const back = busy(1, { state: 'paused', rest_because: 'power_lost' });
    expect(told.stateOf(back)).toBe('power_back');
    expect(told.stoppable(back)).not.toBeNull();
  });

  test('without power says where it is out, no further than is known', () => {
    const dark = { since_ms: 0, because: 'area', expected: null } as const;
    expect(told.darkBecause(busy(1, { state: 'interrupted', interrupted: dark }))).toBe('area');
    expect(told.darkBecause(aLine(1, { state: 'no_power', dark_because: 'outlet' }))).toBe('outlet');
    expect(told.darkBecause(aLine(1, { state: 'no_power' }))).toBe('unknown');
    expect(told.darkBecause(aLine(1))).toBeNull();
  });

  test('without a session it is what a driver is told', () => {
    for (const state of ['free', 'busy', 'no_power', 'faulty', 'unreachable'] as const) {
      expect(told.stateOf(aLine(1, { state }))).toBe(state);
    }
  });

  test('held by a meter that is silent it is not called in use', () => {
    const meter = aMeter({ state: 'charging', switch: 'closed', link: 'lost' });
    expect(told.stateOf(aLine(1, { state: 'busy', meter }))).toBe('unread');
  });

  test('is out of use by the desk, not called a fault', () => {
    expect(told.stateOf(aLine(1, { locked: true, state: 'faulty' }))).toBe('locked');
  });

  test('what runs on an outlet taken out of use is still shown', () => {
    expect(told.stateOf({ ...busy(1), locked: true })).toBe('charging');
  });

  test('power is on and nothing has flowed: the plug is missing', () => {
    expect(told.stateOf(busy(1, { used_wh: 0, power_w: 0 }))).toBe('plug');
    expect(told.stateOf(busy(1, { used_wh: 0, power_w: null }))).toBe('plug');
    expect(told.stateOf(busy(1, { used_wh: 0, power_w: 90 }))).toBe('charging');
  });
});

test('no power is claimed of a meter that is silent', () => {
  expect(told.powerOf(busy(1, { state: 'link_lost' }))).toBeNull();
  expect(told.powerOf(busy(1, { state: 'stopping' }))).toBeNull();
  expect(told.powerOf(busy(1))).toBe(2_940);
});

test('stopping is free only as long as no power can have flowed', () => {
  expect(told.beforePower(facts({ state: 'authorising', switched_on_at_ms: null }))).toBe(true);
  expect(told.beforePower(facts({ state: 'starting', switched_on_at_ms: null }))).toBe(true);
  expect(told.beforePower(facts())).toBe(false);
});

test('the gauge ends at the limit and bears a limit of nought', () => {
  expect(told.percentOf(facts())).toBe(64);
  expect(told.percentOf(facts({ used_wh: 4_010 }))).toBe(100);
  expect(told.percentOf(facts({ energy_wh_max: 0 }))).toBe(0);
});

describe('the board', () => {
  const board = aBoard(
    busy(12),
    aLine(2, { state: 'no_power' }),
    busy(10, { state: 'idle', power_w: 0 }),
    busy(6, { state: 'link_lost' }),
    aLine(8),
    aLine(3, { locked: true, state: 'faulty' }),
  );
  const numbers = (outlets: OutletLine[]) =>
    outlets.map(({ place }) => Number(/\d+/.exec(place.ja)?.[0]));

  test('sums what flows and what is free', () => {
    const sums = { all: 6, inUse: 3, free: 1, dark: 1, locked: 1, other: 0, power_w: 2_940 };
    expect(told.sumsOf(board)).toEqual(sums);
  });

  test('lists what was reported, the newest first, wherever it was', () => {
    const [old, fresh] = [aReport('r1', 'slow', { at_ms: 1 }), aReport('r2', 'price')];
    const reported = told.reportsOf([aLine(1, { reports: [old] }), aLine(2, { reports: [fresh] })]);
    expect(reported.map(({ report }) => report.report_id)).toEqual(['r2', 'r1']);
  });

  test('puts first what is worst, and leaves out what the desk did itself', () => {
    expect(numbers(told.wanting(board).map(({ line }) => line))).toEqual([2, 6, 10]);
  });

  test('stands in the order in which people count', () => {
    expect(numbers(told.inOrder(board.outlets, 'ja'))).toEqual([2, 3, 6, 8, 10, 12]);
    expect(numbers(told.inOrder(board.outlets, 'en'))).toEqual([2, 3, 6, 8, 10, 12]);
  });
});
