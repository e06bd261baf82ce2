import { describe, expect, test } from 'vitest';
import { anOffer } from '../testing/okayama';
import { amountOf, boundsOf, fitted, priceOf } from './pricing';

describe('the price', () => {
  test('is cut off to whole yen', () => {
    expect(priceOf(4_000, 42_000)).toBe(168);
    expect(priceOf(3_710, 42_000)).toBe(155);
    expect(priceOf(23, 42_000)).toBe(0);
    expect(priceOf(24, 42_000)).toBe(1);
  });

  test('is never below nothing, also when the market pays for taking power', () => {
    expect(priceOf(4_000, -500)).toBe(0);
  });

  test('is exact for the largest charge at the finest price', () => {
    expect(priceOf(20_000, 42_123)).toBe(842);
    expect(priceOf(1_000_000, 99_999)).toBe(99_999);
  });
});

describe('an amount', () => {
  test('by energy gives the time at full power, rounded up', () => {
    expect(amountOf('energy', 4_000, 3_000, 42_000)).toEqual({
      energy_wh: 4_000,
      duration_s: 4_800,
      price_yen_max: 168,
    });
    expect(amountOf('energy', 1_000, 1_500, 42_000).duration_s).toBe(2_400);
    expect(amountOf('energy', 500, 1_499, 42_000).duration_s).toBe(1_201);
  });

  test('by time is the most the outlet can give in it, in whole 10 Wh', () => {
    const amount = amountOf('time', 4_800, 3_000, 42_000);
    expect(amount).toEqual({ energy_wh: 4_000, duration_s: 4_800, price_yen_max: 168 });
    expect(amountOf('time', 600, 1_499, 42_000).energy_wh).toBe(240);
  });

  test('by money buys whole 10 Wh and never costs more than the sum', () => {
    for (let price_yen = 50; price_yen <= 1_000; price_yen += 10) {
      const amount = amountOf('money', price_yen, 3_000, 44_500);
      expect(amount.energy_wh % 10).toBe(0);
      expect(amount.price_yen_max).toBeLessThanOrEqual(price_yen);
    }
    expect(amountOf('money', 170, 3_000, 42_000).energy_wh).toBe(4_040);
  });
});

describe('the bounds', () => {
  const { limits } = anOffer();

  test('hold every value, whatever was typed', () => {
    const bounds = boundsOf('energy', limits);
    for (const typed of [-1, 0, 499, 501, 3_749, 3_750, 99_999, Number.NaN, Infinity]) {
      const value = fitted(typed, bounds);
      expect(value).toBeGreaterThanOrEqual(bounds.min);
      expect(value).toBeLessThanOrEqual(bounds.max);
      expect((value - bounds.min) % bounds.step).toBe(0);
    }
    expect(fitted(3_749, bounds)).toBe(3_500);
    expect(fitted(3_750, bounds)).toBe(4_000);
  });

  test('that hold nothing have their least for every value', () => {
    expect(fitted(300, { min: 50, max: 0, step: 10, leap: 50 })).toBe(50);
  });

  test('end on a whole step where the largest is none', () => {
    expect(fitted(9_999, { min: 500, max: 1_700, step: 500, leap: 1_000 })).toBe(1_500);
  });

  test('have a leap that is larger than a step and made of steps', () => {
    for (const by of ['energy', 'time', 'money'] as const) {
      const { step, leap } = boundsOf(by, limits);
      expect(leap).toBeGreaterThan(step);
      expect(leap % step).toBe(0);
    }
  });
});
