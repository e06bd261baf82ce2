/** The car park as its desk sees it: outlets by their number, and what runs on them. */
import type { Board, MeterFacts, OutletLine, ReportFacts, SessionFacts } from '../api/types';
import { completed } from '../kit/outlet_code';
import { NOON_MS } from './okayama';

export const aMeter = (different: Partial<MeterFacts> = {}): MeterFacts => ({
  state: 'available',
  switch: 'open',
  link: 'up',
  power: 'on',
  register_wh: 10_234_560,
  heard_at_ms: NOON_MS,
  ...different,
});

export const facts = (different: Partial<SessionFacts> = {}): SessionFacts => ({
  session_id: 'morning',
  number: '7KQ4-0001',
  state: 'charging',
  used_wh: 2_560,
  energy_wh_max: 4_000,
  duration_s_max: null,
  power_w: 2_940,
  created_at_ms: NOON_MS - 3_120_000,
  switched_on_at_ms: NOON_MS - 3_060_000,
  measured_at_ms: NOON_MS - 2_000,
  deadline_ms: null,
  ends_about_ms: NOON_MS + 1_440_000,
  power_type: 'solar',
  end_reason: null,
  interrupted: null,
  rest_because: null,
  resume_by_ms: null,
  ...different,
});

export const aLine = (number: number, different: Partial<OutletLine> = {}): OutletLine => {
  const code = completed(`K7PX3M${String(number).padStart(2, '0')}`);
  return {
    code,
    label: `${code.slice(0, 5)}-${code.slice(5)}`,
    place: { ja: `岡山駅西口駐車場 ${number}番`, en: `Okayama Stn West, bay ${number}` },
    hint: { ja: '駐車した場所の前', en: 'in front of your bay' },
    voltage_v: 200,
    power_w_max: 3_000,
    locked: false,
    plan_x: ((number - 1) % 6) + 1,
    plan_y: Math.floor((number - 1) / 6) + 1,
    state: 'free',
    dark_because: null,
    meter: aMeter(),
    session: null,
    retailer: null,
    tests: { loopback: null, link_trace: null },
    reports: [],
    ...different,
  };
};

export const aReport = (
  report_id: string,
  kind: ReportFacts['kind'],
  different: Partial<ReportFacts> = {},
): ReportFacts => ({
  report_id,
  kind,
  words: '',
  session_id: null,
  at_ms: NOON_MS,
  ...different,
});

export const busy = (number: number, session: Partial<SessionFacts> = {}): OutletLine =>
  aLine(number, {
    state: 'busy',
    meter: aMeter({ state: 'charging', switch: 'closed' }),
    session: facts(session),
    retailer: { ja: 'はるかぜ電力', en: 'Harukaze Power' },
  });

export const aBoard = (...outlets: OutletLine[]): Board => ({ outlets, now_ms: NOON_MS });
