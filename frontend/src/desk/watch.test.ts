import { describe, expect, test } from 'vitest';
import { Problem } from '../api/problem';
import type { BoardTold } from '../api/follow_board';
import type { Board } from '../api/types';
import { NOON_MS } from '../testing/okayama';
import { aBoard, aLine, busy, facts } from '../testing/car_park';
import { BROKEN_MS, LOOK_MS, OLD_MS, Watch } from './watch.svelte';

type Answer = Board | Problem | Promise<Board>;

/** A desk whose server gives these answers, and whose time goes only when a test says so. */
function desk(...answers: Answer[]) {
  const streams: { told: BoardTold; ended: boolean }[] = [];
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
    follow: (told: BoardTold) => {
      const stream = { told, ended: false };
      streams.push(stream);
      return { end: () => void (stream.ended = true) };
    },
  };
  const stream = () => {
    const last = streams.at(-1);
    if (!last) throw new Error('no stream was opened');
    return last;
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
  const counted = { asked: () => asked, ended: () => ended, streams: () => streams.length };
  return { watch, timers, world, settle, pass, stream, ...counted };
}

const GONE = new Problem('no-answer', 0, '');
const lastState = ({ board }: Watch) => board?.outlets[0]?.session?.state;

const codes = ({ board }: Watch) => board?.outlets.map(({ code }) => code);

describe('a board that the server tells of', () => {
  test('takes every change, and asks nothing meanwhile', async () => {
    const { watch, settle, pass, asked, stream } = desk(aBoard(aLine(1), aLine(2)));
    watch.start();
    await settle();
    stream().told.onLink(true);
    stream().told.onLines(aBoard(busy(2)));
    expect(codes(watch)).toEqual([aLine(1).code, aLine(2).code]);
    expect(watch.board?.outlets[1]?.state).toBe('busy');
    stream().told.onBoard(aBoard(aLine(3)));
    expect(codes(watch)).toEqual([aLine(3).code]);
    await pass();
    expect(asked()).toBe(1);
    expect(watch.live).toBe(true);
  });

  test('is not put back by a look that began before the stream spoke', async () => {
    let late: (board: Board) => void = () => {};
    const slow = new Promise<Board>((answer) => (late = answer));
    const { watch, settle, stream } = desk(slow);
    watch.start();
    stream().told.onLink(true);
    stream().told.onBoard(aBoard(busy(1)));
    late(aBoard(aLine(1)));
    await settle();
    expect(lastState(watch)).toBe('charging');
  });

  test('stays new as long as the server says that all is as it was', async () => {
    const { watch, world, settle, stream } = desk(aBoard(aLine(1)));
    watch.start();
    await settle();
    stream().told.onLink(true);
    world.now_ms += OLD_MS + 1;
    expect(watch.old).toBe(true);
    stream().told.onLines(aBoard());
    expect(watch.old).toBe(false);
    expect(watch.board?.outlets).toHaveLength(1);
  });

  test('is looked at again and again once its stream has broken, which is said', async () => {
    const { watch, world, settle, pass, asked, stream } = desk(aBoard(), aBoard());
    watch.start();
    await settle();
    stream().told.onLink(true);
    stream().told.onLink(false);
    expect(watch.broken).toBe(false);
    await pass();
    expect(asked()).toBe(2);
    world.now_ms += BROKEN_MS;
    expect(watch.broken).toBe(true);
    stream().told.onLink(true);
    expect(watch.broken).toBe(false);
  });

  test('has no stream while nobody sees it, and another when somebody does', async () => {
    const { watch, world, settle, stream, streams } = desk(aBoard(), aBoard());
    watch.start();
    await settle();
    stream().told.onLink(true);
    world.hidden = true;
    watch.wake();
    expect(stream().ended).toBe(true);
    world.hidden = false;
    watch.wake();
    expect(streams()).toBe(2);
  });

  test('ends with the sign-in', async () => {
    const { watch, settle, ended, stream, timers } = desk(aBoard());
    watch.start();
    await settle();
    stream().told.onLink(true);
    stream().told.onEnded();
    expect(ended()).toBe(1);
    expect(timers).toEqual([]);
  });
});

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
