/** Facts of a session in the words of the desk. */
import type { LateBill, OutletLine, SessionFacts } from '../api/types';
import { clock } from '../kit/formats';
import { d } from '../words/desk';
import { t } from '../words/speech.svelte';
import { LOOKS, type Look, darkBecause, stateOfCharge } from './outlet_facts';

/** The wall's clock at about which the session reaches its limit; null while nothing flows. */
export function endsAt({ ends_about_ms }: SessionFacts): string | null {
  return ends_about_ms === null ? null : clock(ends_about_ms);
}

/** Where an outlet's power is out, as far as it is known; empty where it is not said to be out. */
export function darkSaid(line: OutletLine): string {
  const because = darkBecause(line);
  return because ? d().dark[because] : '';
}

/** What is known of the outage that interrupted a charge, or until when it may go on after it. */
export function outageFacts(session: SessionFacts): [name: string, said: string][] {
  const { interrupted, rest_because, deadline_ms } = session;
  const words = d().dark;
  if (interrupted) {
    const where = words[interrupted.because ?? 'unknown'];
    const found: [string, string][] = [
      [words.what, `${where}${t().app.gap}${words.since(clock(interrupted.since_ms))}`],
    ];
    const { expected } = interrupted;
    if (expected) {
      const said =
        expected.is === 'at'
          ? d().about(clock(expected.at_ms))
          : words.nextWord(clock(expected.next_word_at_ms));
      found.push([words.expected, said]);
    }
    return found;
  }
  if (rest_because !== 'power_lost' || session.state !== 'paused' || deadline_ms === null) return [];
  return [[words.resumeBy, clock(deadline_ms)]];
}

/** The kind of power in words; a kind that this page does not know is named as it came. */
export function powerWords(power_type: string): string {
  return named(d().powers, power_type);
}

/** A place's name in two: what it shares with its facility, and what tells it from the others. */
export function partsOfPlace(place: string, facility: string): [shared: string, own: string] {
  const own = place.slice(facility.length).replace(/^[\s、,]+/, '');
  if (!facility || !place.startsWith(facility) || !own) return ['', place];
  return [place.slice(0, place.length - own.length), own];
}

const named = (words: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(words, name) ? (words[name] ?? name) : name;

/** How a charge stands that was looked for: what it does, or how it is over. */
export function chargeSaid(session: SessionFacts): Look & { words: string } {
  const state = stateOfCharge(session);
  if (state) return { ...LOOKS[state], words: d().states[state] };
  return { meaning: 'calm', icon: 'okc', words: named(d().callers.find.over, session.state) };
}

/** Why a charge ended; a reason that this page does not know is named as it came. */
export function reasonWords(reason: string): string {
  return named(d().callers.find.reasons, reason);
}

/** What became of a bill that met a late register, and what there is to do about it. */
export function lateBillSaid(
  bill: LateBill,
  money: (price_yen: number) => string,
): Look & { title: string; text: string } {
  const { unbilled, backDone, backLowered, backOwed } = d().callers.bills;
  if (bill.owed_back_yen === 0) {
    const title = unbilled.title(money(bill.unbilled_yen));
    return { meaning: 'unk', icon: 'bill', title, text: unbilled.text };
  }
  if (bill.done_at_ms === null) {
    const title = backOwed.title(money(bill.owed_back_yen));
    return { meaning: 'act', icon: 'clock', title, text: backOwed.text };
  }
  const [said, sum] =
    bill.refunded_yen > 0
      ? [backDone, bill.refunded_yen]
      : [backLowered, bill.owed_back_yen];
  return { meaning: 'calm', icon: 'okc', title: said.title(money(sum)), text: said.text };
}
