import { describe, expect, test } from 'vitest';
import { aBoard, aLine } from '../testing/car_park';
import { SILENT_MS_MAX, followBoard } from './follow_board';
import { REOPEN_MS, type Stream } from './stream';
import type { Board } from './types';

class Wire implements Stream {
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 1;
  readonly #heard = new Map<string, (event: MessageEvent<string>) => void>();
  addEventListener(type: string, heard: (event: MessageEvent<string>) => void) {
    this.#heard.set(type, heard);
  }
  close() {
    this.readyState = 2;
  }
  say(type: string, board?: Board) {
    this.#heard.get(type)?.({ data: JSON.stringify(board ?? {}) } as MessageEvent<string>);
  }
}

function followed() {
  const wires: Wire[] = [];
  const timers: { ms: number; act: () => void }[] = [];
  const said: string[] = [];
  const follower = followBoard(
    '/events',
    {
      onBoard: (board) => said.push(`board ${board.outlets.length}`),
      onLines: (board) => said.push(`lines ${board.outlets.length}`),
      onLink: (up) => said.push(up ? 'up' : 'down'),
      onEnded: () => said.push('ended'),
    },
    {
      open: () => {
        const wire = new Wire();
        wires.push(wire);
        return wire;
      },
      after: (ms, act) => {
        const timer = { ms, act };
        timers.push(timer);
        return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
      },
    },
  );
  const wire = () => wires.at(-1) as Wire;
  const pass = (ms: number) => timers.find((timer) => timer.ms === ms)?.act();
  return { follower, wires, wire, timers, said, pass };
}

describe('following the board', () => {
  test('tells all of it first, then what changes', () => {
    const { wire, said } = followed();
    wire().say('board', aBoard(aLine(1), aLine(2)));
    wire().say('lines', aBoard(aLine(2)));
    expect(said).toEqual(['up', 'board 2', 'up', 'lines 1']);
  });

  test('opens a stream anew that has fallen silent', () => {
    const { wires, said, pass, wire } = followed();
    wire().say('board', aBoard());
    pass(SILENT_MS_MAX);
    expect(said.at(-1)).toBe('down');
    expect(wires[0]?.readyState).toBe(2);
    pass(REOPEN_MS[0] ?? 0);
    expect(wires).toHaveLength(2);
  });

  test('leaves a browser that tries again by itself alone', () => {
    const { wires, wire, timers, said } = followed();
    wire().readyState = 0;
    wire().onerror?.();
    expect(said).toEqual(['down']);
    expect(timers.map(({ ms }) => ms)).toEqual([SILENT_MS_MAX]);
    expect(wires).toHaveLength(1);
  });

  test('comes back later and later where it is refused', () => {
    const { wires, wire, pass } = followed();
    for (const ms of REOPEN_MS.slice(0, 3)) {
      wire().readyState = 2;
      wire().onerror?.();
      pass(ms);
    }
    expect(wires).toHaveLength(4);
  });

  test('comes back when the server that said goodbye is there again', () => {
    const { wires, wire, pass } = followed();
    wire().say('goodbye');
    pass(REOPEN_MS[0] ?? 0);
    expect(wires).toHaveLength(2);
  });

  test('ends with the sign-in, and when it is left', () => {
    const { wire, said, timers } = followed();
    wire().say('ended');
    expect(said).toEqual(['ended']);
    expect(timers).toEqual([]);
    const other = followed();
    other.follower.end();
    other.wire().say('board', aBoard());
    expect([other.said, other.timers]).toEqual([[], []]);
  });
});
