/** The power curve as SVG paths, and the few rows of it that a table can hold. */
import type { Sample } from '../api/types';

export const WIDTH = 320;
export const HEIGHT = 56;
/** Points drawn: more than one a pixel only costs. */
const POINTS_MAX = 160;
export const ROWS_MAX = 8;
/** Narrower than this it is a stroke that says nothing. */
const WIDTH_LEAST = 4;

export interface Drawn {
  line: string;
  area: string;
}

/** Every nth sample, the last always among them. */
export function sparse(samples: readonly Sample[], most: number): Sample[] {
  const every = Math.max(1, Math.ceil(samples.length / most));
  return samples.filter((_sample, i) => i % every === 0 || i === samples.length - 1);
}

/** Paths in a box of WIDTH by HEIGHT; `until_ms` is where the right edge stands. */
export function drawn(samples: readonly Sample[], power_w_max: number, until_ms: number): Drawn {
  const points = sparse(samples, POINTS_MAX);
  const from_ms = points[0]?.[0];
  if (from_ms === undefined || points.length < 2) return { line: '', area: '' };
  const span_ms = Math.max(until_ms - from_ms, 1);
  const top_w = Math.max(power_w_max, ...points.map(([, power_w]) => power_w), 1);
  const x = (at_ms: number) => (((at_ms - from_ms) / span_ms) * WIDTH).toFixed(1);
  const y = (power_w: number) => (HEIGHT - 2 - (power_w / top_w) * (HEIGHT - 10)).toFixed(1);
  const line = points.map(([at, w], i) => `${i ? 'L' : 'M'}${x(at)} ${y(w)}`).join('');
  const last_ms = points.at(-1)?.[0] ?? from_ms;
  if (((last_ms - from_ms) / span_ms) * WIDTH < WIDTH_LEAST) return { line: '', area: '' };
  return { line, area: `${line}L${x(last_ms)} ${HEIGHT}L0 ${HEIGHT}z` };
}
