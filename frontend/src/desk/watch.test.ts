import { describe, expect, test } from 'vitest';
import { Problem } from '../api/problem';
import type { Board } from '../api/types';
import { NOON_MS } from '../testing/okayama';
import { aBoard, aLine, busy, facts } from '../testing/car_park';
import { LOOK_MS, OLD_MS, Watch } from './watch.svelte';

type Answer = Board | Problem | Promise<Board>;

/** A desk whose server gives these answers, and whose time goes only when a test says so. */
function desk(...answers: Answer[]) {
  const timers: { ms: number; act: () => void }[] = [];
  let asked = 0;
  let ended = 0;
  const world = { hidden: false, now_ms: NOON_MS };
  const calls = {
    board: () => {
      asked += 1;
      const answer = answers.shift();
      if (answer instanceof Problem) return Promise.reject(answer);
      return answer ? Promise.resolve(answer) : new Promise<Board>(() => {});
    },
  };
  const watch = new Watch(calls, () => (ended += 1), {
    after: (ms, act) => {
      const timer = { ms, act };
      timers.push(timer);
      return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
    },
    now_ms: () => world.now_ms,
    hidden: () => world.hidden,
  });
  const settle = async () => {
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
  };
  const pass = async () => {
    for (const timer of timers.splice(0)) timer.act();
    await settle();
  };
  return { watch, timers, world, settle, pass, asked: () => asked, ended: () => ended };
}

const GONE = new Problem('no-answer', 0, '');
const lastState = ({ board }: Watch) => board?.outlets[0]?.session?.state;

describe('watching the board', () => {
  test('looks again a little after each answer', async () => {
    const { watch, timers, settle, pass, asked } = desk(aBoard(aLine(1)), aBoard());
    watch.start();
    await settle();
    expect(timers.map(({ ms }) => ms)).toEqual([LOOK_MS]);
    await pass();
    expect(asked()).toBe(2);
    expect(watch.board?.outlets).toEqual([]);
  });

  test('keeps the last picture when the server is away, calls it old, and asks on', async () => {
    const { watch, timers, settle, pass } = desk(aBoard(aLine(1)), GONE, aBoard(aLine(2)));
    watch.start();
    await settle();
    expect(watch.old).toBe(false);
    await pass();
    expect(watch.old).toBe(true);
    expect(watch.board?.outlets).toHaveLength(1);
    expect(timers).toHaveLength(1);
    await pass();
    expect(watch.old).toBe(false);
    expect(watch.fault).toBeNull();
  });

  test('calls a picture old that no answer has renewed', async () => {
    const { watch, world, settle } = desk(aBoard(aLine(1)));
    watch.start();
    await settle();
    world.now_ms += OLD_MS;
    expect(watch.old).toBe(false);
    world.now_ms += 1;
    expect(watch.old).toBe(true);
    expect(watch.age_ms).toBe(OLD_MS + 1);
  });

  test('ends when the sign-in has ended, and asks no more', async () => {
    const { watch, timers, settle, ended } = desk(new Problem('not-signed-in', 401, ''));
    watch.start();
    await settle();
    expect(ended()).toBe(1);
    expect(timers).toEqual([]);
  });

  test('asks nothing while nobody can see it', async () => {
    const { watch, world, settle, pass, asked } = desk(aBoard(), aBoard());
    watch.start();
    await settle();
    world.hidden = true;
    await pass();
    expect(asked()).toBe(1);
    world.hidden = false;
    await pass();
    expect(asked()).toBe(2);
  });

  test('asks nothing after it has been left', async () => {
    const { watch, settle, pass, asked } = desk(aBoard());
    const leave = watch.start();
    await settle();
    leave();
    await pass();
    expect(asked()).toBe(1);
  });
});

describe('an answer to an act', () => {
  test('is shown at once', async () => {
    const { watch, settle } = desk(aBoard(busy(1)));
    watch.start();
    await settle();
    watch.takeSession(facts({ state: 'stopping' }));
    expect(lastState(watch)).toBe('stopping');
  });

  test('is not undone by a look that began before it', async () => {
    let late: (board: Board) => void = () => {};
    const slow = new Promise<Board>((answer) => (late = answer));
    const { watch, settle, pass } = desk(aBoard(busy(1)), slow);
    watch.start();
    await settle();
    await pass();
    watch.takeSession(facts({ state: 'stopping' }));
    late(aBoard(busy(1)));
    await settle();
    expect(lastState(watch)).toBe('stopping');
  });
});
