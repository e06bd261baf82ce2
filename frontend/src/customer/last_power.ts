/**
 * What this phone last heard of its meters, kept on the device: opened without a network, it shows
 * that and when it was. Gone with the registration.
 */
import type { MyMeter, MyPower } from '../api/power_types';
import { keepHere, keptHere } from '../kit/kept';

/** A meter as it was when the phone heard of it. */
export interface HeardMeter {
  meter: MyMeter;
  /** The server's instant, and the phone's own. */
  now_ms: number;
  heard_at_ms: number;
}

const KEPT = 'power';
/** Notices kept of each meter. */
const TOLD_MAX = 5;
const METERS_MAX = 20;

/** What is known here of each meter; empty where nothing is registered. */
export const lastPower = (): HeardMeter[] => keptHere<HeardMeter[]>(KEPT) ?? [];

/** Keeps an answer. A meter that could not be asked about stays as it was last known. */
export function hearPower({ meters, now_ms }: MyPower, heard_at_ms: number): void {
  const before = lastPower();
  const known = meters.slice(0, METERS_MAX).map((meter): HeardMeter => {
    const old = before.find((each) => each.meter.registration_id === meter.registration_id);
    if (meter.judgement === 'no_answer' && old) return old;
    return { meter: { ...meter, told: meter.told.slice(0, TOLD_MAX) }, now_ms, heard_at_ms };
  });
  keepHere(KEPT, known.length > 0 ? known : null);
}

/** Forgets a meter that is registered here no more. */
export function forgetMeter(registration_id: string): void {
  const left = lastPower().filter(({ meter }) => meter.registration_id !== registration_id);
  keepHere(KEPT, left.length > 0 ? left : null);
}
