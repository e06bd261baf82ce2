import { describe, expect, test } from 'vitest';
import type { Outlet } from '../api/types';
import { CODE, anOffer, anOutlet } from '../testing/okayama';
import { amountFor, atLeastSum, choosingBy, firstChoice, powersOn } from './choice';
import { presetsFor, retailersOn, waysFor, within } from './choice';
import { requestOf } from './request';

describe('a choice', () => {
  const outlet = anOutlet();
  const first = firstChoice(outlet, null);

  test('falls back where the kept power is not sold here', () => {
    const kept = { by: 'energy', value: 99_999, power_type: 'hydro', retailer_id: 'gone' } as const;
    expect(firstChoice(outlet, kept)).toEqual({
      by: 'energy',
      value: 20_000,
      power_type: 'solar',
      retailer_id: 'harukaze',
    });
    expect(firstChoice(anOutlet({ offers: [] }), null)).toBeNull();
  });

  test('is asked of the server in the unit it was made in', () => {
    if (!first) throw new Error('no choice');
    const rest = { code: CODE, power_type: 'solar', retailer_id: 'harukaze' };
    expect(requestOf(first, CODE)).toEqual({ ...rest, by: 'energy', energy_wh: 4_000 });
    const byTime = choosingBy(first, 'time', outlet);
    expect(requestOf(byTime, CODE)).toEqual({ ...rest, by: 'time', duration_s: 4_800 });
  });

  test('offers only presets that the outlet can fulfil', () => {
    const brief = anOffer();
    const limits = { ...brief.limits, duration_s_max: 3_600 };
    const short = anOutlet({ offers: [{ ...brief, limits }] });
    if (!first) throw new Error('no choice');
    expect(presetsFor(first, short).map(({ name }) => name)).toEqual(['bike', 'far']);
  });

  test('keeps within what the server states for the power and the retailer chosen', () => {
    const most = { energy: 20_000, time: 36_000 };
    for (const { power_type, retailer_id, limits } of outlet.offers) {
      for (const by of ['energy', 'time', 'money'] as const) {
        const at = (value: number) => within({ by, value, power_type, retailer_id }, outlet);
        const ends = { energy: 1_500, time: 1_800, money: limits.price_yen_min };
        expect(at(0).value).toBe(ends[by]);
        expect(at(99_999).value).toBe({ ...most, money: limits.price_yen_max }[by]);
        expect(amountFor(at(0), outlet).price_yen_max).toBeGreaterThanOrEqual(50);
      }
    }
  });

  test('says that a card holds no less where that is why it is the smallest', () => {
    const solar = { power_type: 'solar', retailer_id: 'harukaze' } as const;
    expect(atLeastSum({ ...solar, by: 'energy', value: 1_500 }, outlet)).toBe(true);
    expect(atLeastSum({ ...solar, by: 'energy', value: 2_000 }, outlet)).toBe(false);
    const dear = anOutlet({ offers: [anOffer({ unit_price_myen_per_kwh: 90_000 })] });
    expect(atLeastSum({ ...solar, by: 'energy', value: 1_500 }, dear)).toBe(false);
    const free = anOutlet({ offers: [anOffer({ unit_price_myen_per_kwh: 0 })] });
    expect(atLeastSum({ ...solar, by: 'energy', value: 1_500 }, free)).toBe(false);
  });

  test('of power that costs nothing is made by energy or time, and by nothing else', () => {
    const { limits } = anOffer();
    const gift = anOffer({
      power_type: 'wind',
      unit_price_myen_per_kwh: 0,
      limits: { ...limits, price_yen_max: 0 },
    });
    const both = anOutlet({ offers: [anOffer(), gift] });
    const solar = { power_type: 'solar', retailer_id: 'harukaze' } as const;
    const wind = { ...solar, power_type: 'wind' } as const;
    expect(waysFor({ ...solar, by: 'energy' }, both)).toEqual(['energy', 'time', 'money']);
    expect(waysFor({ ...wind, by: 'energy' }, both)).toEqual(['energy', 'time']);
    const bought = within({ ...wind, by: 'money', value: 300 }, both);
    expect(bought).toEqual({ ...wind, by: 'energy', value: 4_000 });
    const kept = firstChoice(anOutlet({ offers: [gift] }), { ...solar, by: 'money', value: 300 });
    expect(kept?.by).toBe('energy');
  });

  test('lists each power once and each retailer once, with the price that would hold', () => {
    const prices = (offers: Outlet['offers']) =>
      offers.map((each) => [each.retailer_id, each.power_type, each.unit_price_myen_per_kwh]);
    expect(prices(powersOn(outlet.offers, 'minato'))).toEqual([
      ['minato', 'solar', 40_000],
      ['harukaze', 'wind', 43_000],
      ['harukaze', 'other', 36_000],
    ]);
    expect(prices(retailersOn(outlet.offers, 'wind'))).toEqual([
      ['harukaze', 'wind', 43_000],
      ['minato', 'solar', 40_000],
    ]);
  });
});
