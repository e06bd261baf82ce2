import { describe, expect, test } from 'vitest';
import { facts } from '../testing/car_park';
import { endsAt, partsOfPlace, powerWords } from './said';

describe('a place', () => {
  test('is told by what sets it apart in its facility', () => {
    expect(partsOfPlace('岡山駅西口駐車場 12番', '岡山駅西口駐車場')).toEqual([
      '岡山駅西口駐車場 ',
      '12番',
    ]);
    expect(partsOfPlace('West car park, no. 3', 'West car park')).toEqual([
      'West car park, ',
      'no. 3',
    ]);
  });

  test('keeps its whole name where it has no other', () => {
    expect(partsOfPlace('あおば商店', 'あおば商店')).toEqual(['', 'あおば商店']);
    expect(partsOfPlace('あおば商店', 'okayama-west')).toEqual(['', 'あおば商店']);
    expect(partsOfPlace('あおば商店', '')).toEqual(['', 'あおば商店']);
  });
});

test('a charge from which no power flows has no end to tell', () => {
  expect(endsAt(facts({ ends_about_ms: null }))).toBeNull();
  expect(endsAt(facts())).toMatch(/^\d\d:\d\d$/);
});

test('a kind of power that nobody has words for is named as it came', () => {
  expect([powerWords('wind'), powerWords('tidal'), powerWords('toString')]).toEqual([
    '風力',
    'tidal',
    'toString',
  ]);
});
