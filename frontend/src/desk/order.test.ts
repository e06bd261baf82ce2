import { describe, expect, test } from 'vitest';
import { Problem } from '../api/problem';
import type { OutletLine, SessionFacts } from '../api/types';
import { aLine, aReport, busy, facts } from '../testing/car_park';
import { Order } from './order.svelte';

/** An order whose server refuses with these, one after another, and then obeys. */
function desk(...refusals: Problem[]) {
  const told: string[] = [];
  const keys: string[] = [];
  const taken: (OutletLine | SessionFacts)[] = [];
  let ended = 0;
  const answer = <T>(value: T, said: string, key: string): Promise<T> => {
    told.push(said);
    keys.push(key);
    const refusal = refusals.shift();
    return refusal ? Promise.reject(refusal) : Promise.resolve(value);
  };
  const calls = {
    lock: (code: string, locked: boolean, why: string, key: string) =>
      answer(aLine(1, { locked }), `${code} ${locked} ${why}`, key),
    stop: (id: string, why: string, key: string) =>
      answer(facts({ state: 'stopping' }), `stop ${id} ${why}`.trim(), key),
    answerReport: (id: string, note: string, key: string) =>
      answer(aLine(1), `${id} ${note}`, key),
  };
  const taker = {
    take: (line: OutletLine) => void taken.push(line),
    takeSession: (session: SessionFacts) => void taken.push(session),
  };
  const order = new Order(calls, taker, () => (ended += 1));
  return { order, told, keys, taken, ended: () => ended };
}

const GONE = new Problem('no-answer', 0, '');

describe('an order', () => {
  test('is told only when it is confirmed', async () => {
    const { order, told, taken } = desk();
    order.ask('stop', busy(1));
    expect(told).toEqual([]);
    await order.confirm();
    expect(told).toEqual(['stop morning']);
    expect(taken).toEqual([facts({ state: 'stopping' })]);
    expect(order.asked).toBeNull();
  });

  test('names the state wanted', async () => {
    const { order, told } = desk();
    const line = aLine(1);
    order.ask('lock', line);
    order.why = ' torn cable ';
    await order.confirm();
    order.ask('unlock', line);
    order.why = 'mended';
    await order.confirm();
    expect(told).toEqual([`${line.code} true torn cable`, `${line.code} false mended`]);
  });

  test('to lock is not told without a reason; a stop needs none', async () => {
    const { order, told } = desk();
    order.ask('lock', aLine(1));
    order.why = '  ';
    await order.confirm();
    expect([order.missing, told]).toEqual([true, []]);
    order.ask('stop', busy(1));
    expect(order.missing).toBe(false);
    await order.confirm();
    expect(told).toEqual(['stop morning']);
  });

  test('with other words after a lost answer is another request', async () => {
    const { order, keys } = desk(GONE, GONE);
    order.ask('lock', aLine(1));
    for (const why of ['torn', 'torn', 'wet']) {
      order.why = why;
      await order.confirm();
    }
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  test('answers the report that it is about', async () => {
    const { order, told } = desk();
    const report = aReport('r1', 'slow');
    order.ask('answer', aLine(1, { reports: [report] }), report);
    order.why = 'looked';
    await order.confirm();
    expect(told).toEqual(['r1 looked']);
  });

  test('keeps its key while it has not been answered; the next has another', async () => {
    const { order, keys } = desk(GONE);
    order.ask('stop', busy(1));
    await order.confirm();
    expect(order.fault).toBe(GONE);
    expect(order.asked).not.toBeNull();
    await order.confirm();
    expect(order.fault).toBeNull();
    order.ask('lock', aLine(1));
    await order.confirm();
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  test('pressed twice is told once', async () => {
    const { order, told } = desk();
    order.ask('stop', busy(1));
    await Promise.all([order.confirm(), order.confirm()]);
    expect(told).toHaveLength(1);
  });

  test('given up tells nothing', async () => {
    const { order, told } = desk();
    order.ask('stop', busy(1));
    order.close();
    await order.confirm();
    expect(told).toEqual([]);
  });

  test('without a sign-in leads back to the door', async () => {
    const { order, ended } = desk(new Problem('not-signed-in', 401, ''));
    order.ask('stop', busy(1));
    await order.confirm();
    expect(ended()).toBe(1);
  });
});
