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

const NOTHING: Bounds = { min: 0, max: 0, step: 1, leap: 1 };

/** What can be chosen by `by` of this power of this retailer, as the server states it. */
export function boundsFor(choice: Omit<Choice, 'value'>, outlet: Outlet): Bounds {
  const offer = offerOf(choice, outlet);
  return offer ? boundsOf(choice.by, offer.limits) : NOTHING;
}

const WAYS: readonly By[] = ['energy', 'time', 'money'];

/** The ways in which this power of this retailer can be chosen: what is free, not by money. */
export function waysFor(choice: Omit<Choice, 'value'>, outlet: Outlet): readonly By[] {
  return WAYS.filter((by) => {
    const { min, max } = boundsFor({ ...choice, by }, outlet);
    return min <= max;
  });
}

/** The choice with its amount brought to the nearest one that can be had. */
export function within(choice: Choice, outlet: Outlet): Choice {
  const [first] = waysFor(choice, outlet);
  const wanted: Choice =
    !first || waysFor(choice, outlet).includes(choice.by)
      ? choice
      : { ...choice, by: first, value: FIRST_WH };
  return { ...wanted, value: fitted(wanted.value, boundsFor(wanted, outlet)) };
}

/** Yen: a card holds no less. */
export function holdYenMin(choice: Omit<Choice, 'value'>, outlet: Outlet): number {
  return offerOf(choice, outlet)?.limits.hold_yen_min ?? 0;
}

/** Whether the amount is the smallest because the sum would else be too small to hold. */
export function atLeastSum(choice: Choice, outlet: Outlet): boolean {
  const { min, step } = boundsFor(choice, outlet);
  if (choice.value !== min) return false;
  const { price_yen_max: below_yen } = amountFor({ ...choice, value: min - step }, outlet);
  return below_yen > 0 && below_yen < holdYenMin(choice, outlet);
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
  name: 'bike' | 'far' | 'shopping' | 'night';
  by: By;
  value: number;
}

/** What an electric motor bike takes from empty to full. */
const BIKE_WH = 1_500;
const FAR_KM = 20;

const PRESETS: readonly Preset[] = [
  { name: 'bike', by: 'energy', value: BIKE_WH },
  { name: 'far', by: 'energy', value: Math.ceil((FAR_KM * 1_000) / KM_PER_KWH) },
  { name: 'shopping', by: 'time', value: 7_200 },
  { name: 'night', by: 'time', value: 28_800 },
];

/**
 * The presets that this outlet can fulfil at the price chosen: exactly, or for a distance by the
 * next step that reaches it.
 */
export function presetsFor(choice: Choice, outlet: Outlet): readonly Preset[] {
  return PRESETS.flatMap((preset) => {
    const { name, by } = preset;
    const bounds = boundsFor({ ...choice, by }, outlet);
    const steps = Math.ceil((preset.value - bounds.min) / bounds.step);
    const value = name === 'far' ? bounds.min + steps * bounds.step : preset.value;
    return fitted(value, bounds) === value ? [{ ...preset, value }] : [];
  });
}

/** Yen that an hour at the outlet's full power comes to: a guide. */
export function hourlyYen(choice: Choice, outlet: Outlet): number {
  return priceOf(outlet.power_w_max, offerOf(choice, outlet)?.unit_price_myen_per_kwh ?? 0);
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
