/** Where each outlet stands on the picture of its place, in the drawing's own units. */
import type { OutletLine } from '../api/types';

export const BAY = { width: 96, height: 124, gap: 14 } as const;
/** The lane between two rows. */
export const LANE = 96;
export const EDGE = 8;
/** Bays in a row where nobody has said where they stand. */
const IN_A_ROW = 6;

export interface Bay {
  line: OutletLine;
  x: number;
  y: number;
  /** Its number as painted on the ground. */
  number: string;
}

export interface Plan {
  bays: Bay[];
  width: number;
  height: number;
  /** The upper edge of each lane. */
  lanes: number[];
}

/** The last number of the place's name; where it has none, the beginning of its code. */
export function numberOf(line: OutletLine): string {
  return /(\d+)\D*$/.exec(line.place.ja)?.[1] ?? line.label.slice(0, 5);
}

/** Outlets whose place nobody has kept stand in rows of their own below the others. */
export function planOf(outlets: readonly OutletLine[]): Plan {
  const placed = outlets.filter(({ plan_x, plan_y }) => plan_x !== null && plan_y !== null);
  const unplaced = outlets.filter((line) => !placed.includes(line));
  const rows = Math.max(0, ...placed.map(({ plan_y }) => plan_y ?? 0));
  const at = [
    ...placed.map((line) => ({ line, column: line.plan_x ?? 1, row: line.plan_y ?? 1 })),
    ...unplaced.map((line, i) => ({
      line,
      column: (i % IN_A_ROW) + 1,
      row: rows + Math.floor(i / IN_A_ROW) + 1,
    })),
  ];
  const columns = Math.max(1, ...at.map(({ column }) => column));
  const last = Math.max(1, ...at.map(({ row }) => row));
  const top = (row: number) => EDGE + (row - 1) * (BAY.height + LANE);
  return {
    bays: at
      .toSorted((one, other) => one.row - other.row || one.column - other.column)
      .map(({ line, column, row }) => ({
        line,
        x: EDGE + (column - 1) * (BAY.width + BAY.gap),
        y: top(row),
        number: numberOf(line),
      })),
    width: 2 * EDGE + columns * (BAY.width + BAY.gap) - BAY.gap,
    height: top(last) + BAY.height + EDGE,
    lanes: Array.from({ length: last - 1 }, (_, i) => top(i + 1) + BAY.height),
  };
}

/** A state in at most two short lines, as a bay has room for it. */
export function inTwo(words: string): string[] {
  const pieces = words.split(' ');
  if (pieces.length === 1 || words.length <= 9) return [words];
  const half = Math.ceil(pieces.length / 2);
  return [pieces.slice(0, half).join(' '), pieces.slice(half).join(' ')];
}
