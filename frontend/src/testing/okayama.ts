/** The cast of the tests: one outlet at Okayama station, and the charges that run on it. */
import type { Limits, Offer, Outlet, Receipt, Session } from '../api/types';
import { completed } from '../kit/outlet_code';

export const CODE = completed('K7PX3M8Q');
export const PLACE = { ja: '岡山駅西口駐車場 12番', en: 'Okayama Stn West, bay 12' };
const HINT = { ja: '駐車した場所の前', en: 'in front of your bay' };
/** 21 November 2026, 14:02:00 in Okayama. */
export const NOON_MS = Date.UTC(2026, 10, 21, 5, 2, 0);

const HARUKAZE = { ja: 'はるかぜ電力', en: 'Harukaze Power' };
const MINATO = { ja: 'みなと電力', en: 'Minato Electric' };

/** As the server states them at 3,000 W and a price between 36 and 43 yen a kWh. */
const limitsAt = (unit_price_myen_per_kwh: number): Limits => ({
  energy_wh_min: 1_500,
  energy_wh_max: 20_000,
  energy_wh_step: 500,
  duration_s_min: 1_800,
  duration_s_max: 36_000,
  duration_s_step: 600,
  price_yen_min: unit_price_myen_per_kwh === 40_000 ? 50 : 60,
  price_yen_max: unit_price_myen_per_kwh / 50,
  price_yen_step: 10,
  hold_yen_min: 50,
});

const offer = (
  retailer_id: 'harukaze' | 'minato',
  power_type: Offer['power_type'],
  unit_price_myen_per_kwh: number,
): Offer => ({
  retailer_id,
  retailer: retailer_id === 'harukaze' ? HARUKAZE : MINATO,
  owner: retailer_id === 'harukaze',
  power_type,
  renewable: power_type !== 'other',
  unit_price_myen_per_kwh,
  carbon_g_per_kwh: power_type === 'other' ? 531 : 38,
  limits: limitsAt(unit_price_myen_per_kwh),
});

export const anOffer = (different: Partial<Offer> = {}): Offer => ({
  ...offer('harukaze', 'solar', 42_000),
  ...different,
});

export const anOutlet = (different: Partial<Outlet> = {}): Outlet => ({
  code: CODE,
  label: `${CODE.slice(0, 5)}-${CODE.slice(5)}`,
  place: PLACE,
  hint: HINT,
  voltage_v: 200,
  power_w_max: 3_000,
  state: 'free',
  free_in_s: null,
  session_id: null,
  dark_because: null,
  offers: [
    offer('harukaze', 'solar', 42_000),
    offer('harukaze', 'wind', 43_000),
    offer('harukaze', 'other', 36_000),
    offer('minato', 'solar', 40_000),
  ],
  now_ms: NOON_MS,
  ...different,
});

export const aSession = (different: Partial<Session> = {}): Session => ({
  session_id: 'morning',
  mine: true,
  state: 'charging',
  outlet: {
    code: CODE,
    label: `${CODE.slice(0, 5)}-${CODE.slice(5)}`,
    place: PLACE,
    hint: HINT,
    voltage_v: 200,
    power_w_max: 3_000,
  },
  by: 'energy',
  energy_wh: 4_000,
  duration_s: 4_800,
  counted_from: 'switch_on',
  power_type: 'solar',
  retailer: HARUKAZE,
  unit_price_myen_per_kwh: 42_000,
  carbon_g_per_kwh: 38,
  price_yen_max: 168,
  pay_url: null,
  payment: { state: 'held', held_yen: 168, captured_yen: 0, card_brand: null, card_last4: null },
  used_wh: 2_560,
  price_yen: 107,
  due_yen: 107,
  carbon_g: 97,
  power_w: 2_940,
  register_wh: 42_873_880,
  opening_register_wh: 42_871_320,
  closing_register_wh: null,
  created_at_ms: NOON_MS - 60_000,
  authorised_at_ms: NOON_MS - 10_000,
  accepted_at_ms: NOON_MS - 5_000,
  switched_on_at_ms: NOON_MS,
  ended_at_ms: null,
  measured_at_ms: NOON_MS + 3_060_000,
  deadline_ms: null,
  left_s: 1_740,
  end_reason: null,
  samples: [
    [NOON_MS, 0, 0],
    [NOON_MS + 3_060_000, 2_940, 2_560],
  ],
  pause: 0,
  rest_because: null,
  resume_by_ms: null,
  interrupted: null,
  sequence: 7,
  now_ms: NOON_MS + 3_061_000,
  receipt_ready: false,
  ...different,
});

export const aReceipt = (different: Partial<Receipt> = {}): Receipt => ({
  number: 'KS-2026-000123',
  session_id: 'morning',
  issued_at_ms: NOON_MS + 6_000_000,
  outlet: aSession().outlet,
  started_at_ms: NOON_MS,
  ended_at_ms: NOON_MS + 4_800_000,
  opening_register_wh: 42_871_320,
  closing_register_wh: 42_875_320,
  used_wh: 4_000,
  billed_wh: 4_000,
  unit_price_myen_per_kwh: 42_000,
  price_yen: 168,
  tax_yen: 15,
  tax_rate_percent: 10,
  waived_yen: 0,
  paid_yen: 168,
  unpaid_yen: 0,
  refunded_yen: 0,
  card_brand: 'visa',
  card_last4: '4242',
  issuer: {
    name: { ja: 'はるかぜ電力株式会社', en: 'Harukaze Power Co., Ltd.' },
    registration_number: 'T1234567890123',
  },
  retailer: HARUKAZE,
  power_type: 'solar',
  carbon_g: 152,
  end_reason: 'energy_limit',
  dark_ms: 0,
  ...different,
});
