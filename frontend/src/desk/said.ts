/** Facts of a session in the words of the desk. */
import type { SessionFacts } from '../api/types';
import { clock } from '../kit/formats';
import { d } from '../words/desk';

/** The wall's clock at about which the session reaches its limit; null while nothing flows. */
export function endsAt({ ends_about_ms }: SessionFacts): string | null {
  return ends_about_ms === null ? null : clock(ends_about_ms);
}

/** The kind of power in words; a kind that this page does not know is named as it came. */
export function powerWords(power_type: string): string {
  const known: Readonly<Record<string, string>> = d().powers;
  return Object.hasOwn(known, power_type) ? (known[power_type] ?? power_type) : power_type;
}

/** A place's name in two: what it shares with its facility, and what tells it from the others. */
export function partsOfPlace(place: string, facility: string): [shared: string, own: string] {
  const own = place.slice(facility.length).replace(/^[\s、,]+/, '');
  if (!facility || !place.startsWith(facility) || !own) return ['', place];
  return [place.slice(0, place.length - own.length), own];
}
