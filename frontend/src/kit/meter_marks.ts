/** What the two arrows on a meter's face say (O13), and the digits beside them. */

/**
 * `open`: the switch is open, both blink. `noLoad`: nothing is drawn, both lit.
 * `forward`: power flows to the load, ► blinks. `unknown`: the meter has not been heard.
 */
export type Marks = 'open' | 'forward' | 'noLoad' | 'unknown';
export type Lamp = 'off' | 'on' | 'blink';

export const LAMPS: Record<Marks, { left: Lamp; right: Lamp }> = {
  open: { left: 'blink', right: 'blink' },
  noLoad: { left: 'on', right: 'on' },
  forward: { left: 'off', right: 'blink' },
  unknown: { left: 'off', right: 'off' },
};

/** The six figures the meter shows: whole kWh, rolling over like the real counter. */
export function digitsOf(register_wh: number): string {
  return String(Math.floor(register_wh / 1_000) % 1_000_000).padStart(6, '0');
}

/** Segments a to g of one figure, as the display lights them. */
export const SEGMENTS: Readonly<Record<string, string>> = {
  '0': 'abcdef',
  '1': 'bc',
  '2': 'abged',
  '3': 'abgcd',
  '4': 'fgbc',
  '5': 'afgcd',
  '6': 'afgedc',
  '7': 'abcf',
  '8': 'abcdefg',
  '9': 'abcdfg',
};

/** Each segment's outline in a box of 24 by 39. */
export const OUTLINES: Readonly<Record<string, string>> = {
  a: 'M5 2h12l-3 4H8z',
  b: 'M18.5 3v13l-2 1.5-2-2V7z',
  c: 'M18.5 36V21l-2-1.5-2 2V32z',
  d: 'M5 37h12l-3-4H8z',
  e: 'M3.5 36V21l2-1.5 2 2V32z',
  f: 'M3.5 3v13l2 1.5 2-2V7z',
  g: 'M6 18l2-2h6l2 2v3l-2 1.5H8L6 21z',
};
