import { describe, expect, test } from 'vitest';
import { near } from '../kit/formats';
import { aMeterAtHome, anOutage, told } from '../testing/home';
import { NOON_MS } from '../testing/okayama';
import { enSupply } from '../words/en_supply';
import { jaSupply } from '../words/ja_supply';
import {
  SHAPES,
  causeOf,
  facts,
  hasChanged,
  lookOf,
  promised,
  span,
  urgentFirst,
} from './look';

const { supply: ja } = jaSupply;
const { supply: en } = enSupply;
const HOUR_MS = 3_600_000;

describe('the state of a meter', () => {
  test.each([
    ['on', {}],
    ['checking', { judgement: 'checking' }],
    ['area', { judgement: 'area' }],
    ['own_confirmed', { judgement: 'own_premises', grade: 'confirmed' }],
    ['own_likely', { judgement: 'own_premises', grade: 'likely' }],
    ['own_cannot_tell', { judgement: 'own_premises', grade: 'cannot_tell' }],
    // Never more than the evidence: without a grade it is not called anybody's.
    ['own_cannot_tell', { judgement: 'own_premises', grade: null }],
    ['planned', { judgement: 'planned' }],
    ['unknown', { judgement: 'unknown' }],
    ['no_answer', { judgement: 'no_answer' }],
    ['not_in_service', { judgement: 'not_in_service' }],
    ['waiting', { judgement: 'unknown', outage: anOutage({ waiting_for_meter: true }) }],
    // The meter itself speaks: that counts, whatever is still waited for.
    ['on', { outage: anOutage({ waiting_for_meter: true }) }],
    ['back', { told: [told('restored', 10)] }],
    ['back', { told: [told('trial', 1), told('restored', 10)] }],
    ['on', { told: [told('restored', 361)] }],
    ['on', { told: [told('planned_ahead', 1), told('restored', 10)] }],
    ['taken_back', { told: [told('taken_back', 10)] }],
  ] as const)('is %s', (look, different) => {
    expect(lookOf(aMeterAtHome(different as object), NOON_MS)).toBe(look);
  });

  test('has a shape and words of its own, in both languages', () => {
    for (const look of Object.keys(ja.says)) {
      expect(Object.keys(SHAPES)).toContain(look);
      for (const words of [ja, en]) {
        for (const said of [words.says, words.row, words.was]) {
          expect(said[look as keyof typeof said]).not.toBe('');
        }
      }
    }
  });

  test('takes a full colour only where it is happening now', () => {
    const full = Object.entries(SHAPES).filter(([, { soft }]) => !soft);
    expect(full.map(([look]) => look)).toEqual(['area', 'own_confirmed', 'own_likely', 'planned']);
  });

  test('puts the most urgent of several on top', () => {
    const meters = [
      aMeterAtHome({ registration_id: 'fine' }),
      aMeterAtHome({ registration_id: 'unheard', judgement: 'unknown' }),
      aMeterAtHome({ registration_id: 'dark', judgement: 'area' }),
    ];
    const order = urgentFirst(meters, NOON_MS).map(({ registration_id }) => registration_id);
    expect(order).toEqual(['dark', 'unheard', 'fine']);
  });
});

describe('what is promised', () => {
  const promise = (look: Parameters<typeof promised>[0], outage = anOutage()) =>
    promised(look, outage, NOON_MS, ja, 'ja');

  test('is a time, where one is known', () => {
    const outage = anOutage({ expected: { is: 'at', at_ms: NOON_MS + HOUR_MS } });
    expect(promise('area', outage)).toMatchObject({ value: '15:02 ごろ', more: '' });
    expect(promised('area', outage, NOON_MS, en, 'en')?.value).toBe('~15:02');
  });

  test('is the next word, where none is', () => {
    expect(promise('area')).toMatchObject({ value: '未定', more: '次のお知らせ 14:32' });
    expect(promise('own_cannot_tell')).toMatchObject({ label: '次のお知らせ', value: '14:32' });
  });

  test('is at least that there will be one', () => {
    expect(promise('area', anOutage({ expected: null }))?.more).toBe('わかりしだいお知らせします');
  });

  test('is nothing where there is nothing to promise', () => {
    expect(promised('on', null, NOON_MS, ja, 'ja')).toBeNull();
    expect(promised('unknown', null, NOON_MS, ja, 'ja')).toBeNull();
    expect(promised('own_confirmed', null, NOON_MS, ja, 'ja')).toBeNull();
  });

  test('that has changed within the hour is called so', () => {
    expect(hasChanged(aMeterAtHome({ told: [told('expected_changed', 59)] }), NOON_MS)).toBe(true);
    expect(hasChanged(aMeterAtHome({ told: [told('expected_changed', 61)] }), NOON_MS)).toBe(false);
    expect(hasChanged(aMeterAtHome({ told: [] }), NOON_MS)).toBe(false);
  });
});

describe('the facts of an outage', () => {
  test('stay for a while after it is over', () => {
    const past = { outage: 'storm', since_ms: NOON_MS - 6_180_000, until_ms: NOON_MS };
    const meter = aMeterAtHome({ past, told: [told('restored', 0)] });
    expect(facts('back', meter, NOON_MS, ja, 'ja')).toEqual([
      ['停電', '12:19–14:02（1時間43分）'],
    ]);
    expect(facts('on', meter, NOON_MS + 24 * HOUR_MS, en, 'en')).toEqual([
      ['Outage', '21 Nov 12:19–14:02 (1 h 43 min)'],
    ]);
    const night = { ...past, since_ms: NOON_MS - 15 * HOUR_MS };
    expect(facts('on', aMeterAtHome({ past: night }), NOON_MS, ja, 'ja')[0]?.[1]).toBe(
      '11月20日 23:02–14:02（15時間）',
    );
    expect(facts('area', { ...meter, judgement: 'area' }, NOON_MS, ja, 'ja')).toEqual([]);
  });

  test('are those of the utility’s notice', () => {
    const meter = aMeterAtHome({ judgement: 'area', outage: anOutage() });
    expect(facts('area', meter, NOON_MS, ja, 'ja')).toEqual([
      ['停電日時', '11月21日 13:36（26分前）'],
      ['地域・戸数', '岡山市北区奉還町・1,240 戸'],
      ['対応状況', '作業員が向かっています'],
      ['停電理由', '調査中'],
    ]);
    expect(facts('area', meter, NOON_MS, en, 'en')[1]).toEqual([
      'Area, homes',
      'Hokancho, Kita-ku · 1,240 homes',
    ]);
  });

  test('are few where the meter has power, and the last word of it where nobody knows', () => {
    expect(facts('on', aMeterAtHome(), NOON_MS, ja, 'ja')).toEqual([]);
    const unheard = aMeterAtHome({ judgement: 'unknown' });
    expect(facts('unknown', unheard, NOON_MS, ja, 'ja')).toEqual([
      ['最後の計測', '14:00 電気あり'],
    ]);
  });

  test('say why in the office’s own words, and never with a word that nobody knows', () => {
    expect(causeOf({ cause: 'tree', cause_text: '' }, ja)).toBe('樹木が電線に触れたため');
    expect(causeOf({ cause: 'works', cause_text: '電柱' }, ja)).toBe('工事のため（電柱）');
    expect(causeOf({ cause: 'under_investigation', cause_text: '巡視中' }, ja)).toBe('巡視中');
    expect(causeOf({ cause: 'meteorite', cause_text: '' }, en)).toBe('Other');
  });
});

test('an instant has its day where that is another', () => {
  expect(near(NOON_MS, NOON_MS, 'ja')).toBe('14:02');
  expect(near(NOON_MS + 24 * HOUR_MS, NOON_MS, 'en')).toBe('22 Nov 14:02');
});

test('a span has its second day where that is another', () => {
  expect(span(NOON_MS, NOON_MS + 2 * HOUR_MS, 'ja')).toBe('11月21日 14:02–16:02');
  expect(span(NOON_MS, NOON_MS + 12 * HOUR_MS, 'en')).toBe('21 Nov 14:02–22 Nov 02:02');
  expect(span(NOON_MS, null, 'en')).toBe('21 Nov 14:02');
});
