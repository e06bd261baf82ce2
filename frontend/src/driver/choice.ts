/** What a driver has chosen at an outlet, and how it follows when one part of it changes. */
import type { By, Offer, Outlet, PowerType } from '../api/types';
import { type Amount, type Bounds, amountOf, boundsOf, fitted, priceOf } from '../kit/pricing';

export interface Choice {
  by: By;
  /** Wh, seconds or yen, by `by`. */
  value: number;
  power_type: PowerType;
  retailer_id: string;
}

/** Four kWh: a day's commute, and what most sessions at an outlet come to. */
const FIRST_WH = 4_000;
/** Kilometres a small electric car goes on one kWh; only ever shown as a rough guide. */
const KM_PER_KWH = 6;

/** The choice to begin with: what was kept, as far as this outlet has it. */
export function firstChoice(outlet: Outlet, kept: Partial<Choice> | null): Choice | null {
  const offer = offerLike(outlet.offers, kept?.power_type, kept?.retailer_id);
  if (!offer) return null;
  const by: By = kept?.by === 'time' || kept?.by === 'money' ? kept.by : 'energy';
  const wanted = kept?.by === by && typeof kept.value === 'number' ? kept.value : FIRST_WH;
  const { power_type, retailer_id } = offer;
  return within({ by, value: wanted, power_type, retailer_id }, outlet);
}

/**
 * What can be chosen by `by` at this price: a card holds no less than the smallest sum, and no
 * sum buys more than the largest energy.
 */
export function boundsFor(choice: Omit<Choice, 'value'>, outlet: Outlet): Bounds {
  const { by } = choice;
  const bounds = boundsOf(by, outlet.limits);
  const unit_price = offerOf(choice, outlet)?.unit_price_myen_per_kwh ?? 0;
  if (unit_price <= 0) return bounds;
  const { energy_wh_max, price_yen_min } = outlet.limits;
  const sum = (value: number) => amountOf(by, value, outlet.power_w_max, unit_price).price_yen_max;
  const most = by === 'money' ? priceOf(energy_wh_max, unit_price) : bounds.max;
  const max = Math.min(bounds.max, most);
  let min = bounds.min;
  while (min + bounds.step <= max && sum(min) < price_yen_min) min += bounds.step;
  return { ...bounds, min, max };
}

/** The choice with its amount brought to the nearest one that can be had. */
export function within(choice: Choice, outlet: Outlet): Choice {
  return { ...choice, value: fitted(choice.value, boundsFor(choice, outlet)) };
}

/** Whether the amount is the smallest because the sum would else be too small to hold. */
export function atLeastSum(choice: Choice, outlet: Outlet): boolean {
  const { min } = boundsFor(choice, outlet);
  return choice.value === min && min > boundsOf(choice.by, outlet.limits).min;
}

/** The nearest offer: exact, else the same power, else the outlet's own retailer, else any. */
export function offerLike(
  offers: readonly Offer[],
  power_type?: PowerType,
  retailer_id?: string,
): Offer | undefined {
  const power = (each: Offer) => each.power_type === power_type;
  const retailer = (each: Offer) => each.retailer_id === retailer_id;
  return (
    offers.find((each) => power(each) && retailer(each)) ??
    offers.find((each) => power(each) && each.owner) ??
    offers.find(power) ??
    offers.find(retailer) ??
    offers.find((each) => each.owner) ??
    offers[0]
  );
}

export function amountFor(choice: Choice, outlet: Outlet): Amount {
  const price = offerOf(choice, outlet)?.unit_price_myen_per_kwh ?? 0;
  return amountOf(choice.by, choice.value, outlet.power_w_max, price);
}

export function offerOf(choice: Omit<Choice, 'value'>, outlet: Outlet): Offer | undefined {
  return offerLike(outlet.offers, choice.power_type, choice.retailer_id);
}

/** The same amount, now chosen in another way. */
export function choosingBy(choice: Choice, by: By, outlet: Outlet): Choice {
  if (by === choice.by) return choice;
  const amount = amountFor(choice, outlet);
  const value = {
    energy: amount.energy_wh,
    time: amount.duration_s,
    money: amount.price_yen_max,
  }[by];
  return within({ ...choice, by, value }, outlet);
}

export interface Preset {
  name: 'shopping' | 'commute' | 'night';
  by: By;
  value: number;
}

const PRESETS: readonly Preset[] = [
  { name: 'shopping', by: 'time', value: 3_600 },
  { name: 'commute', by: 'energy', value: 4_000 },
  { name: 'night', by: 'time', value: 28_800 },
];

/** The presets that this outlet can fulfil exactly, at the price chosen. */
export function presetsFor(choice: Choice, outlet: Outlet): readonly Preset[] {
  return PRESETS.filter(
    ({ by, value }) => within({ ...choice, by, value }, outlet).value === value,
  );
}

/** Kilometres, rounded down: a guide, no promise. */
export function rangeKm(energy_wh: number): number {
  return Math.floor((energy_wh * KM_PER_KWH) / 1_000);
}

/** The first offer for each power type, preferring `retailer_id` where it sells that power. */
export function powersOn(offers: readonly Offer[], retailer_id: string): Offer[] {
  const types = [...new Set(offers.map((each) => each.power_type))];
  return types.flatMap((type) => offerLike(offers, type, retailer_id) ?? []);
}

/** One offer for each retailer: of `power_type` where it sells that, else what it does sell. */
export function retailersOn(offers: readonly Offer[], power_type: PowerType): Offer[] {
  const ids = [...new Set(offers.map((each) => each.retailer_id))];
  return ids.flatMap((id) => {
    const own = offers.filter((each) => each.retailer_id === id);
    return own.find((each) => each.power_type === power_type) ?? own[0] ?? [];
  });
}
