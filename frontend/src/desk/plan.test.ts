import { describe, expect, test } from 'vitest';
import { aLine } from '../testing/car_park';
import { BAY, inTwo, numberOf, planOf } from './plan';

const nowhere = { plan_x: null, plan_y: null };

describe('the plan', () => {
  test('puts each outlet into its row and column, a lane between the rows', () => {
    const { bays, lanes } = planOf([aLine(7), aLine(2), aLine(1)]);
    expect(bays.map(({ number }) => number)).toEqual(['1', '2', '7']);
    const [one, two, seven] = bays;
    expect(two?.x).toBe((one?.x ?? 0) + BAY.width + BAY.gap);
    expect(seven?.x).toBe(one?.x);
    expect(lanes).toEqual([(one?.y ?? 0) + BAY.height]);
  });

  test('gives outlets whose place nobody kept rows of their own', () => {
    const { bays } = planOf([aLine(1), aLine(8, nowhere), aLine(9, nowhere)]);
    const [one, eight, nine] = bays;
    expect(eight?.y).toBeGreaterThan((one?.y ?? 0) + BAY.height);
    expect(nine?.y).toBe(eight?.y);
  });

  test('of no outlets is a picture all the same', () => {
    expect(planOf([])).toMatchObject({ bays: [], lanes: [], width: 112, height: 140 });
  });

  test('names a bay by the number on the ground, else by its code', () => {
    expect(numberOf(aLine(12))).toBe('12');
    const shop = aLine(3, { place: { ja: 'あおば商店', en: 'Aoba shop' } });
    expect(numberOf(shop)).toBe(shop.label.slice(0, 5));
  });

  test('breaks long words once', () => {
    expect(inTwo('流れていない')).toEqual(['流れていない']);
    expect(inTwo('No power drawn')).toEqual(['No power', 'drawn']);
    expect(inTwo('In use')).toEqual(['In use']);
  });
});
