import { describe, expect, test } from 'vitest';
import { NOON_MS } from '../testing/okayama';
import * as formats from './formats';

const { plain } = formats;

describe('numbers', () => {
  test('yen are whole and cut off, in the way of each language', () => {
    expect(plain(formats.yen(1240, 'ja'), 'ja')).toBe('1,240 円');
    expect(plain(formats.yen(1240.99, 'en'))).toBe('¥1,240');
  });

  test('energy has two decimals on bills, one when choosing, and is never rounded up', () => {
    expect(plain(formats.energy(2_569))).toBe('2.56 kWh');
    expect(plain(formats.energy(0))).toBe('0.00 kWh');
    expect(plain(formats.chosen(4_000))).toBe('4.0 kWh');
    expect(plain(formats.chosen(4_040))).toBe('4.04 kWh');
  });

  test('power under a tenth of a kilowatt is told in watts', () => {
    expect(plain(formats.power(2_940))).toBe('2.94 kW');
    expect(plain(formats.power(100))).toBe('0.10 kW');
    expect(plain(formats.power(84))).toBe('84 W');
  });

  test('carbon becomes kilograms above 9,999 g', () => {
    expect(plain(formats.carbon(9_999))).toBe('9,999 g');
    expect(plain(formats.carbon(10_000))).toBe('10.0 kg');
  });

  test('a register shows two decimals and thousands', () => {
    expect(formats.register(42_871_329)).toBe('42,871.32');
  });

  test('a unit price shows the decimals it has', () => {
    expect(formats.unitPrice(42_000, 'ja')).toBe('42 円/kWh');
    expect(formats.unitPrice(42_505, 'en')).toBe('¥42.505/kWh');
  });
});

describe('times', () => {
  test('lengths are in hours and minutes', () => {
    expect(plain(formats.length(4_800, 'ja'), 'ja')).toBe('1時間20分');
    expect(plain(formats.length(4_800, 'en'))).toBe('1 h 20 min');
    expect(plain(formats.length(7_200, 'en'))).toBe('2 h');
    expect(plain(formats.length(59, 'ja'), 'ja')).toBe('59秒');
  });

  test('a countdown shows seconds only under ten minutes', () => {
    expect(plain(formats.countdown(522, 'ja'), 'ja')).toBe('8:42');
    expect(plain(formats.countdown(599.9, 'en'))).toBe('9:59');
    expect(plain(formats.countdown(601, 'en'))).toBe('11 min');
    expect(plain(formats.countdown(-5, 'en'))).toBe('0:00');
  });

  test('instants are those of the wall clock in Japan', () => {
    expect(formats.clock(NOON_MS)).toBe('14:02');
    expect(formats.clockToSecond(NOON_MS + 11_000)).toBe('14:02:11');
    expect(formats.day(NOON_MS, 'ja')).toBe('11月21日');
    expect(formats.day(NOON_MS, 'en')).toBe('21 Nov');
    expect(formats.date(NOON_MS, 'ja')).toBe('2026年11月21日');
    expect(formats.date(NOON_MS, 'en')).toBe('21 Nov 2026');
  });

  test('midnight in Japan is 00:00 of the new day', () => {
    const midnight_ms = Date.UTC(2026, 10, 20, 15, 0, 0);
    expect(formats.clock(midnight_ms)).toBe('00:00');
    expect(formats.day(midnight_ms, 'en')).toBe('21 Nov');
  });
});
