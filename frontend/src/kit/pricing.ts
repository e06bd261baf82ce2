/** The one pricing rule, as the server has it: whole watt hours, whole yen, cut off, never up. */
import type { By, Limits } from '../api/types';

/** What a chosen amount means in all three ways of choosing. */
export interface Amount {
  energy_wh: number;
  /** At the outlet's full power; what it takes at least. */
  duration_s: number;
  price_yen_max: number;
}

/** Energy that follows from a time or a sum is cut to whole 10 Wh. */
const GRAIN_WH = 10;

/** Yen for `energy_wh` at `unit_price_myen_per_kwh`; fractions cut off, never below 0. */
export function priceOf(energy_wh: number, unit_price_myen_per_kwh: number): number {
  return Math.max(0, Math.floor((energy_wh * unit_price_myen_per_kwh) / 1_000_000));
}

const grained = (energy_wh: number) => Math.floor(energy_wh / GRAIN_WH) * GRAIN_WH;

/**
 * The amount that `value` (Wh, s or yen, by `by`) buys at this outlet and price.
 * By time, `power_w_max` over the whole of it is the most it can take.
 */
export function amountOf(
  by: By,
  value: number,
  power_w_max: number,
  unit_price_myen_per_kwh: number,
): Amount {
  const energy_wh = {
    energy: () => value,
    time: () => grained((power_w_max * value) / 3_600),
    money: () => grained((value * 1_000_000) / Math.max(1, unit_price_myen_per_kwh)),
  }[by]();
  return {
    energy_wh,
    duration_s: by === 'time' ? value : Math.ceil((energy_wh * 3_600) / Math.max(1, power_w_max)),
    price_yen_max: priceOf(energy_wh, unit_price_myen_per_kwh),
  };
}

export interface Bounds {
  min: number;
  max: number;
  /** One press of − or +. */
  step: number;
  /** One press of the larger step. */
  leap: number;
}

/** The larger step: near a tenth of the whole, and round to the eye. */
const LEAPS: Record<By, readonly number[]> = {
  energy: [500, 1_000, 2_000, 5_000, 10_000],
  time: [900, 1_800, 3_600, 7_200],
  money: [50, 100, 200, 500, 1_000],
};

export function boundsOf(by: By, limits: Limits): Bounds {
  const [min, max, step] = {
    energy: [limits.energy_wh_min, limits.energy_wh_max, limits.energy_wh_step] as const,
    time: [limits.duration_s_min, limits.duration_s_max, limits.duration_s_step] as const,
    money: [limits.price_yen_min, limits.price_yen_max, limits.price_yen_step] as const,
  }[by];
  const wanted = (max - min) / 12;
  const fitting = LEAPS[by].filter((leap) => leap > step && leap % step === 0);
  const leap = fitting.find((each) => each >= wanted) ?? fitting.at(-1) ?? step * 5;
  return { min, max, step, leap };
}

/** `value` brought to the nearest whole step, counted from the smallest, within the bounds. */
export function fitted(value: number, { min, max, step }: Bounds): number {
  if (!Number.isFinite(value) || max < min) return min;
  const stepped = min + Math.round((value - min) / step) * step;
  return Math.min(Math.max(stepped, min), min + Math.floor((max - min) / step) * step);
}
