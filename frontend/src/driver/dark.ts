/** A charge that an outage interrupted: what is promised of it, and what is left to charge. */
import type { Session } from '../api/types';
import { type Language, countdown, energy, near, plain } from '../kit/formats';
import type { ChargingWords } from '../words/ja_charging';
import { leftAt } from './session_view';

type Words = ChargingWords['dark'];

/** Where the power is out, as far as anybody knows. */
export const becauseOf = ({ interrupted }: Session): keyof Words['because'] =>
  interrupted?.because ?? 'unknown';

export interface Promised {
  value: string;
  /** A line below: when the next word comes. */
  more: string;
  /** Said instead of a time that has passed. */
  overdue: string;
}

/** When power is to be expected, or the next word of it; null where nothing is promised. */
export function promisedBack(
  { interrupted }: Session,
  now_ms: number,
  words: Words,
  language: Language,
): Promised | null {
  const expected = interrupted?.expected ?? null;
  const later = { value: words.unknownYet, more: words.whenKnown, overdue: '' };
  // An area's outage has an end that somebody will name; of a single outlet nobody promised.
  if (expected === null) return interrupted?.because === 'area' ? later : null;
  const said = (at_ms: number) => near(at_ms, now_ms, language);
  if (expected.is === 'at') {
    if (expected.at_ms > now_ms) {
      return { value: words.about(said(expected.at_ms)), more: '', overdue: '' };
    }
    return { ...later, more: '', overdue: words.overdue(said(expected.at_ms)) };
  }
  if (expected.next_word_at_ms <= now_ms) return later;
  return { ...later, more: words.nextWord(said(expected.next_word_at_ms)) };
}

/** The one question before a charge is ended; `sum` is what it has cost. */
export interface Question {
  title: string;
  text: (sum: string) => string;
  freeText: (sum: string) => string;
  yes: (sum: string) => string;
  freeYes: string;
  no: string;
}

/** Asked of a charge that waits for power, or for its driver once power is `back`. */
export function endHere(words: Words, { back }: { back: boolean }): Question {
  const { title, text, freeText, no, wait } = words.ask;
  const yes = words.end;
  return { title, text, freeText, yes, freeYes: words.endFree, no: back ? no : wait };
}

/** What is still to be charged: time where time was chosen, else energy; empty where unknown. */
export function restOf(session: Session, now_ms: number, language: Language): string {
  if (session.by === 'time') {
    const left_s = leftAt(session, now_ms);
    return left_s === null ? '' : plain(countdown(left_s, language), language);
  }
  return plain(energy(Math.max(0, session.energy_wh - session.used_wh)), language);
}
