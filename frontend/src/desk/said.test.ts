import { describe, expect, test } from 'vitest';
import { aLine, busy, facts } from '../testing/car_park';
import { NOON_MS } from '../testing/okayama';
import { darkSaid, endsAt, outageFacts, partsOfPlace, powerWords } from './said';

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

describe('an outage', () => {
  const interrupted = (expected: { is: 'unknown'; next_word_at_ms: number } | null) =>
    facts({
      state: 'interrupted',
      interrupted: { since_ms: NOON_MS, because: null, expected },
    });

  test('is told with where it is, since when, and the next word of its end', () => {
    expect(outageFacts(interrupted(null))).toEqual([['停電', '範囲はまだ不明・14:02 から']]);
    const next = { is: 'unknown', next_word_at_ms: NOON_MS + 1_680_000 } as const;
    expect(outageFacts(interrupted(next))[1]).toEqual([
      '復旧の見込み',
      '未定（次のお知らせ 14:30）',
    ]);
  });

  test('that is over is told by how long its charge waits for its driver', () => {
    const rest = { state: 'paused', deadline_ms: NOON_MS } as const;
    expect(outageFacts(facts({ ...rest, rest_because: 'power_lost' }))).toEqual([
      ['再開の期限', '14:02'],
    ]);
    expect(outageFacts(facts({ ...rest, rest_because: 'no_load' }))).toEqual([]);
    expect(outageFacts(facts())).toEqual([]);
  });

  test('is not told of an outlet that has power', () => {
    expect(darkSaid(aLine(1, { state: 'no_power', dark_because: 'area' }))).toBe('地域の停電');
    expect(darkSaid(busy(1))).toBe('');
  });
});

test('a kind of power that nobody has words for is named as it came', () => {
  expect([powerWords('wind'), powerWords('tidal'), powerWords('toString')]).toEqual([
    '風力',
    'tidal',
    'toString',
  ]);
});
