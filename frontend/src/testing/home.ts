/** A customer's home in Okayama: its meter, an outage around it, and what was told of it. */
import type { MyMeter, MyPower, PowerOutage } from '../api/power_types';
import { NOON_MS } from './okayama';

const MINUTE_MS = 60_000;
const HOKANCHO = { ja: '岡山市北区奉還町', en: 'Hokancho, Kita-ku' };

export const anOutage = (different: Partial<PowerOutage> = {}): PowerOutage => ({
  outage: 'storm',
  kind: 'fault',
  scope: 'area',
  started_at_ms: NOON_MS - 26 * MINUTE_MS,
  restored_at_ms: null,
  planned_until_ms: null,
  expected: { is: 'unknown', next_word_at_ms: NOON_MS + 30 * MINUTE_MS },
  overdue: false,
  households_out: 1_240,
  households_out_max: 1_240,
  cause: 'under_investigation',
  cause_text: '',
  response_status: 'crew_sent',
  areas: [HOKANCHO],
  waiting_for_meter: false,
  ...different,
});

type Told = MyMeter['told'][number];

/** One notice, told so many minutes before noon. */
export const told = (kind: Told['kind'], ago_min: number): Told => ({
  at_ms: NOON_MS - ago_min * MINUTE_MS,
  kind,
  words: { ja: `${kind} のお知らせ`, en: `told ${kind}` },
});

export const aMeterAtHome = (different: Partial<MyMeter> = {}): MyMeter => ({
  registration_id: 'home',
  smid: 'SM-33-000012',
  area: HOKANCHO,
  judgement: 'powered',
  grade: null,
  since_ms: null,
  heard_until_ms: NOON_MS - 2 * MINUTE_MS,
  as_of_ms: NOON_MS,
  stale: false,
  sentence: { ja: '変圧器 T-00005 の38戸中38戸が応答せず。', en: '38 of 38 meters are silent.' },
  outage: null,
  past: null,
  planned: [],
  told: [],
  channels: { email: null, email_state: 'unset', push: false, planned_mail: true },
  still_out_at_ms: null,
  telephone: '0120-000-000',
  ...different,
});

export const aPower = (...meters: MyMeter[]): MyPower => ({ meters, now_ms: NOON_MS });
