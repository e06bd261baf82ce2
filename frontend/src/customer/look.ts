/** A judgement as the customer sees it: which of the states, its shape and colour, its facts. */
import type { MyMeter, PowerOutage } from '../api/power_types';
import { type Language, clock, day, homes, length, near, plain } from '../kit/formats';
import type { SupplyWords } from '../words/ja_supply';

type Words = SupplyWords['supply'];
export type Look = keyof Words['says'];

interface Shape {
  meaning: 'calm' | 'act' | 'danger' | 'unk';
  icon: string;
  /** A tint: to know, rather than happening now. */
  soft: boolean;
  /** Whether the breaker box is what to look at. */
  box: boolean;
  /** Whether "still out" may be pressed: not where it is known to be out. */
  doubt: boolean;
}

const shape = (
  meaning: Shape['meaning'],
  icon: string,
  { soft = false, box = false, doubt = false }: Partial<Shape> = {},
): Shape => ({ meaning, icon, soft, box, doubt });

/** The most urgent first: of several meters it stands on top. */
export const SHAPES: Readonly<Record<Look, Shape>> = {
  area: shape('danger', 'off'),
  own_confirmed: shape('act', 'home', { box: true }),
  own_likely: shape('act', 'home', { box: true, doubt: true }),
  own_cannot_tell: shape('unk', 'unk', { soft: true, box: true, doubt: true }),
  planned: shape('act', 'edit'),
  waiting: shape('unk', 'clock', { soft: true, box: true, doubt: true }),
  checking: shape('unk', 'clock', { soft: true, doubt: true }),
  unknown: shape('unk', 'unk', { soft: true, box: true, doubt: true }),
  no_answer: shape('unk', 'unk', { soft: true, box: true }),
  taken_back: shape('calm', 'okc', { soft: true, doubt: true }),
  back: shape('calm', 'okc', { soft: true, doubt: true }),
  not_in_service: shape('unk', 'unk', { soft: true }),
  on: shape('calm', 'okc', { soft: true, doubt: true }),
};
const ORDER = Object.keys(SHAPES);

/** Milliseconds for which "back" and "that was wrong" are still news. */
const NEWS_MS = 6 * 3_600_000;
/** Milliseconds for which a changed estimate is called so. */
const CHANGED_MS = 3_600_000;
const OWN: Readonly<Record<string, Look>> = {
  confirmed: 'own_confirmed',
  likely: 'own_likely',
};

/** Which of the states this meter is in, at the server's `now_ms`. */
export function lookOf(meter: MyMeter, now_ms: number): Look {
  const { judgement, grade, outage } = meter;
  if (judgement === 'powered') {
    const last = meter.told.find(({ kind }) => kind !== 'trial' && kind !== 'new_registrant');
    const fresh = last && now_ms - last.at_ms < NEWS_MS;
    if (fresh && last.kind === 'restored') return 'back';
    return fresh && last.kind === 'taken_back' ? 'taken_back' : 'on';
  }
  if (outage?.waiting_for_meter) return 'waiting';
  if (judgement === 'own_premises') return OWN[grade ?? ''] ?? 'own_cannot_tell';
  return judgement;
}

/** The most urgent first; else as the server has them. */
export function urgentFirst(meters: readonly MyMeter[], now_ms: number): MyMeter[] {
  const rank = (meter: MyMeter) => ORDER.indexOf(lookOf(meter, now_ms));
  return [...meters].sort((one, other) => rank(one) - rank(other));
}

/** "28 Nov 9:00–11:00"; only the beginning where the end is not known. */
export function span(from_ms: number, until_ms: number | null, language: Language): string {
  const begin = `${day(from_ms, language)} ${clock(from_ms)}`;
  return until_ms === null ? begin : `${begin}–${near(until_ms, from_ms, language)}`;
}

export interface Promised {
  label: string;
  beside: string;
  value: string;
  /** A line below: when the next word comes. */
  more: string;
}

/** When power, or the next word of it, is to be expected; null where nothing is promised. */
export function promised(
  look: Look,
  outage: PowerOutage | null,
  now_ms: number,
  words: Words,
  language: Language,
): Promised | null {
  const expected = outage?.expected ?? null;
  if (look === 'area' || look === 'own_likely' || look === 'own_confirmed') {
    if (look !== 'area' && expected === null) return null;
    const label = words.expected;
    const beside = words.expectedBeside;
    if (expected?.is === 'at') {
      const value = words.about(near(expected.at_ms, now_ms, language));
      return { label, beside, value, more: '' };
    }
    const next = expected && near(expected.next_word_at_ms, now_ms, language);
    const more = next ? `${words.nextWord} ${next}` : words.whenKnown;
    return { label, beside, value: words.unknownYet, more };
  }
  if (expected?.is !== 'unknown' || look === 'planned') return null;
  const value = near(expected.next_word_at_ms, now_ms, language);
  return { label: words.nextWord, beside: '', value, more: '' };
}

export type Fact = [name: string, said: string];

/** What the utility's notice of an outage holds, each where it is known. */
export function facts(
  look: Look,
  meter: MyMeter,
  now_ms: number,
  words: Words,
  language: Language,
): Fact[] {
  const { outage } = meter;
  const since_ms = outage?.started_at_ms ?? meter.since_ms;
  const out = look === 'area' || look.startsWith('own_') || look === 'planned';
  const found: Fact[] = [];
  if (out && since_ms !== null) {
    const begun = span(since_ms, null, language);
    found.push([words.facts.since, `${begun}${ago(since_ms, now_ms, words, language)}`]);
  }
  if (outage && (look === 'area' || look === 'planned' || look === 'waiting')) {
    const places = outage.areas.map((each) => each[language]);
    const count = words.homes(homes(outage.households_out));
    const where = [...places, ...(outage.households_out > 0 ? [count] : [])];
    const gap = language === 'ja' ? '・' : ' · ';
    if (where.length > 0) found.push([words.facts.area, where.join(gap)]);
    if (look !== 'planned') {
      const status = words.statuses[outage.response_status] ?? words.notYet;
      found.push([words.facts.status, status]);
    }
    found.push([words.facts.cause, causeOf(outage, words)]);
  }
  if (meter.past && (look === 'on' || look === 'back')) {
    found.push([words.facts.past, wasOut(meter.past, now_ms, words, language)]);
  }
  if (SHAPES[look].meaning === 'unk' && !out && meter.heard_until_ms !== null) {
    const heard = near(meter.heard_until_ms, now_ms, language);
    found.push([words.facts.last, words.hadPower(heard)]);
  }
  return found;
}

/** 12:04–13:47（1時間43分）, each end with its day where that is not today. */
function wasOut(
  { since_ms, until_ms }: { since_ms: number; until_ms: number },
  now_ms: number,
  words: Words,
  language: Language,
): string {
  const sameDay = day(since_ms, language) === day(until_ms, language);
  const until = sameDay ? clock(until_ms) : near(until_ms, now_ms, language);
  const lasted = plain(length((until_ms - since_ms) / 1_000, language), language);
  return `${near(since_ms, now_ms, language)}–${until}${words.enclosed(lasted)}`;
}

function ago(at_ms: number, now_ms: number, words: Words, language: Language): string {
  const old_s = Math.floor((now_ms - at_ms) / 1_000);
  if (old_s < 60) return '';
  const said = plain(length(old_s, language), language);
  return words.enclosed(words.ago(said));
}

/** Why, in the office's own words where there are any. */
export function causeOf(
  { cause, cause_text }: Pick<PowerOutage, 'cause' | 'cause_text'>,
  words: Words,
): string {
  const known = words.causes[cause] ?? words.causes['other'] ?? '';
  if (!cause_text) return known;
  const plainly = cause === 'other' || cause === 'under_investigation';
  return plainly ? cause_text : words.because(known, cause_text);
}

/** Whether a new estimate was told of within the hour. */
export function hasChanged(meter: MyMeter, now_ms: number): boolean {
  const last = meter.told[0];
  return last?.kind === 'expected_changed' && now_ms - last.at_ms < CHANGED_MS;
}
