import { describe, expect, test } from 'vitest';
import { ALPHABET, LENGTH, completed, labelOf, readCode, symbolsOf } from './outlet_code';

/** A spread of codes that any mistake in the arithmetic would show in. */
const CODES = ['K7PX3M8Q', '00000000', 'ZZZZZZZZ', '01234567', 'ABCDEFGH', 'W5N0T1V9'].map(
  completed,
);

const replaced = (code: string, at: number, by: string) =>
  code.slice(0, at) + by + code.slice(at + 1);

describe('an outlet code', () => {
  test('checks when nothing is wrong', () => {
    for (const code of CODES) expect(readCode(code)).toEqual({ kind: 'code', code });
  });

  test('catches and finds every single wrong character', () => {
    let tried = 0;
    for (const code of CODES) {
      for (let at = 0; at < LENGTH; at += 1) {
        for (const other of ALPHABET.replace(code[at] ?? '', '')) {
          const reading = readCode(replaced(code, at, other));
          expect(reading).toEqual({ kind: 'mistyped', position: at + 1 });
          tried += 1;
        }
      }
    }
    expect(tried).toBe(CODES.length * LENGTH * 31);
  });

  test('catches every swap of neighbours', () => {
    for (const code of CODES) {
      for (let at = 0; at + 1 < LENGTH; at += 1) {
        const [one = '', other = ''] = [code[at], code[at + 1]];
        if (one === other) continue;
        const swapped = code.slice(0, at) + other + one + code.slice(at + 2);
        expect(readCode(swapped).kind).toBe('mistyped');
      }
    }
  });

  test('is read however it is written', () => {
    const code = completed('10K7PX3M');
    for (const written of [
      code.toLowerCase(),
      labelOf(code),
      ` ${code.split('').join(' ')} `,
      code.replaceAll('1', 'I').replaceAll('0', 'O'),
      code.replaceAll('1', 'l').replaceAll('0', 'o'),
      labelOf(code).replace('-', 'ー'),
      [...code].map((each) => String.fromCodePoint((each.codePointAt(0) ?? 0) + 0xfee0)).join(''),
    ]) {
      expect(readCode(written)).toEqual({ kind: 'code', code });
    }
  });

  test('says how much is missing, what is too much, and what is in no code', () => {
    expect(readCode('K7PX3')).toEqual({ kind: 'short', missing: 5 });
    expect(readCode('')).toEqual({ kind: 'short', missing: 10 });
    expect(readCode(`${CODES[0]}0`)).toEqual({ kind: 'long' });
    expect(readCode('K7U')).toEqual({ kind: 'foreign', character: 'U', position: 3 });
    expect(readCode('あ')).toEqual({ kind: 'foreign', character: 'あ', position: 1 });
  });

  test('is shown in two halves, also while it is being typed', () => {
    expect(labelOf(symbolsOf('k7px3m8'))).toBe('K7PX3-M8');
    expect(labelOf('K7PX3')).toBe('K7PX3');
  });
});
