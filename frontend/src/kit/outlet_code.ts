/**
 * The code on an outlet's label: ten symbols, two of them checks over GF(32).
 *
 * A codeword c0..c9 has S0 = XOR c_i = 0 and S1 = XOR alpha^i c_i = 0, so that every single
 * wrong symbol and every swap of neighbours is caught, and a single wrong one is found.
 */

export const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const LENGTH = 10;
const HALF = 5;
/** x^5 + x^2 + 1, primitive over GF(2). */
const POLYNOMIAL = 0b100101;
const LOOKS_LIKE: Readonly<Record<string, string>> = { I: '1', L: '1', O: '0' };

const doubled = (value: number) => {
  const twice = value << 1;
  return twice & 32 ? twice ^ POLYNOMIAL : twice;
};

const times_alpha = (value: number, exponent: number) => {
  let product = value;
  for (let i = 0; i < exponent; i += 1) product = doubled(product);
  return product;
};

function syndromes(values: readonly number[]): [number, number] {
  let s0 = 0;
  let s1 = 0;
  values.forEach((value, i) => {
    s0 ^= value;
    s1 ^= times_alpha(value, i);
  });
  return [s0, s1];
}

export type Reading =
  /** Ten symbols that check. */
  | { kind: 'code'; code: string }
  /** Fewer than ten so far, nothing wrong with them. */
  | { kind: 'short'; missing: number }
  | { kind: 'long' }
  /** A character that is in no code; `position` counts from 1 among those that count. */
  | { kind: 'foreign'; character: string; position: number }
  /** Ten symbols that do not check; `position` is the likely wrong one, from 1. */
  | { kind: 'mistyped'; position: number | null };

/** The symbols of what was typed: case, spaces and hyphens do not matter, I L O are forgiven. */
export function symbolsOf(typed: string): string {
  return [...typed.normalize('NFKC').toUpperCase()]
    .filter((each) => !/[\s‐‑‒–—―ー−-]/u.test(each))
    .map((each) => LOOKS_LIKE[each] ?? each)
    .join('');
}

export function readCode(typed: string): Reading {
  const symbols = [...symbolsOf(typed)];
  const foreign = symbols.findIndex((each) => !ALPHABET.includes(each));
  if (foreign >= 0) {
    return { kind: 'foreign', character: symbols[foreign] ?? '', position: foreign + 1 };
  }
  if (symbols.length < LENGTH) return { kind: 'short', missing: LENGTH - symbols.length };
  if (symbols.length > LENGTH) return { kind: 'long' };
  const [s0, s1] = syndromes(symbols.map((each) => ALPHABET.indexOf(each)));
  if (s0 === 0 && s1 === 0) return { kind: 'code', code: symbols.join('') };
  return { kind: 'mistyped', position: s0 === 0 ? null : wrongPosition(s0, s1) };
}

function wrongPosition(s0: number, s1: number): number | null {
  for (let i = 0; i < LENGTH; i += 1) if (times_alpha(s0, i) === s1) return i + 1;
  return null;
}

/** XXXXX-XXXXX, as it stands on the label; shorter input is grouped as far as it goes. */
export function labelOf(symbols: string): string {
  if (symbols.length <= HALF) return symbols;
  return `${symbols.slice(0, HALF)}-${symbols.slice(HALF)}`;
}

/** The two check symbols that complete eight data symbols to a code. */
export function completed(data: string): string {
  const values = [...data].map((each) => ALPHABET.indexOf(each));
  for (const c8 of ALPHABET) {
    const [s0] = syndromes([...values, ALPHABET.indexOf(c8)]);
    const whole = data + c8 + (ALPHABET[s0] ?? '');
    if (readCode(whole).kind === 'code') return whole;
  }
  throw new RangeError(`no code begins with ${data}`);
}
