/** Adding to a running charge: the amounts offered, and which of the additions' states is shown. */
import type { Addition, AdditionQuote } from '../api/doors';
import type { By, Session } from '../api/types';
import { type Language, chosen, length, plain, yen } from '../kit/formats';

/** Wh, seconds or yen, by the session's own way of choosing. */
const ADDITIONS: Record<By, readonly number[]> = {
  energy: [1_000, 2_000, 4_000, 8_000],
  time: [1_800, 3_600, 7_200, 14_400],
  money: [100, 200, 500],
};
const OFFERED = 3;
/** Yen that a card holds at least: what would cost less is not offered, only to be refused. */
const HOLD_YEN_MIN = 50;

/** The amounts that may be added to this charge, smallest first. */
export function additionsFor(session: Session): readonly number[] {
  const yenOf: Record<By, (value: number) => number> = {
    energy: (energy_wh) => (energy_wh * session.unit_price_myen_per_kwh) / 1_000_000,
    time: (duration_s) => yenOf.energy((duration_s / 3_600) * session.outlet.power_w_max),
    money: (price_yen) => price_yen,
  };
  const free = session.unit_price_myen_per_kwh <= 0;
  const enough = (value: number) => free || yenOf[session.by](value) >= HOLD_YEN_MIN;
  return ADDITIONS[session.by].filter(enough).slice(0, OFFERED);
}

/** An amount in the words of the way it was chosen: "2.0 kWh", "1 時間", "200 円". */
export function amountWords(by: By, value: number, language: Language): string {
  const figure = {
    energy: () => chosen(value),
    time: () => length(value, language),
    money: () => yen(value, language),
  }[by]();
  return plain(figure, language);
}

type Added = Pick<Addition, 'adds_wh' | 'adds_s' | 'price_yen_max'>;

/** What an addition comes to, in the words of the session's own way of choosing. */
export function addedWords(by: By, added: Added, language: Language): string {
  if (by === 'time' && added.adds_s !== null) return amountWords('time', added.adds_s, language);
  if (by === 'money') return amountWords('money', added.price_yen_max, language);
  return amountWords('energy', added.adds_wh, language);
}

/** The whole limit as it would be, in the same words. */
export function totalWords(session: Session, quote: AdditionQuote, language: Language): string {
  if (session.by === 'time' && quote.duration_s !== null) {
    return amountWords('time', quote.duration_s, language);
  }
  if (session.by === 'money') {
    return amountWords('money', session.price_yen_max + quote.price_yen_max, language);
  }
  return amountWords('energy', quote.energy_wh, language);
}

/** Whether more can be asked for: by whoever pays, while power may flow, one wish at a time. */
export function mayAdd({ state, addition, mine }: Session): boolean {
  const underWay = addition?.state === 'authorising' || addition?.state === 'applying';
  return mine && (state === 'charging' || state === 'idle') && !underWay;
}

interface Look {
  meaning: 'calm' | 'act';
  icon: string;
}

export const ADDITION_LOOK: Record<Addition['state'], Look> = {
  authorising: { meaning: 'calm', icon: 'clock' },
  applying: { meaning: 'calm', icon: 'clock' },
  added: { meaning: 'calm', icon: 'okc' },
  refused: { meaning: 'act', icon: 'card' },
  cancelled: { meaning: 'calm', icon: 'okc' },
};
