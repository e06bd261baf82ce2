import { describe, expect, test } from 'vitest';
import { LAMPS, SEGMENTS, digitsOf } from './meter_marks';

describe('the meter face', () => {
  test('O13: shows six figures and rolls over like the counter', () => {
    expect(digitsOf(42_871_999)).toBe('042871');
    expect(digitsOf(0)).toBe('000000');
    expect(digitsOf(1_000_000_000)).toBe('000000');
  });

  test('O13: forward ► blinks, no load lights both, an open switch blinks both', () => {
    expect(LAMPS.forward).toEqual({ left: 'off', right: 'blink' });
    expect(LAMPS.noLoad).toEqual({ left: 'on', right: 'on' });
    expect(LAMPS.open).toEqual({ left: 'blink', right: 'blink' });
  });

  test('has a picture of its own for each of the ten figures', () => {
    const pictures = [...'0123456789'].map((digit) => [...(SEGMENTS[digit] ?? '')].sort().join(''));
    expect(new Set(pictures).size).toBe(10);
  });
});
