/**
 * What this phone last heard of its charges, kept on the device: opened without a network, it
 * shows that and when it was. Bounded, and the newest wins.
 */
import type { Sample, Session, SessionLine } from '../api/types';
import { keepHere, keptHere } from '../kit/kept';

/** A session as it was heard at the phone's own instant. */
export interface Heard {
  session: Session;
  heard_at_ms: number;
}

/** Charges kept, and points kept of each curve. */
export const SESSIONS_MAX = 6;
export const POINTS_MAX = 120;
/** Milliseconds between two writings of a charge in which nothing but the figures changed. */
export const WRITE_EVERY_MS = 3_000;
const LINES_MAX = 20;

const SESSIONS = 'sessions';
const LINES = 'lines';

const all = (): Heard[] => keptHere<Heard[]>(SESSIONS) ?? [];

/** The last word on this session, or null. */
export function lastHeard(session_id: string): Heard | null {
  return all().find(({ session }) => session.session_id === session_id) ?? null;
}

/** Keeps a word on a session; an older one never replaces a newer. */
export function hear(session: Session, heard_at_ms: number): void {
  const before = lastHeard(session.session_id);
  if (before && before.session.sequence > session.sequence) return;
  const same = before?.session.state === session.state;
  const passed_ms = heard_at_ms - (before?.heard_at_ms ?? -Infinity);
  if (same && passed_ms >= 0 && passed_ms < WRITE_EVERY_MS) return;
  const others = all().filter((each) => each.session.session_id !== session.session_id);
  const small = { ...session, pay_url: null, samples: thinned(session.samples) };
  keepHere(SESSIONS, [{ session: small, heard_at_ms }, ...others].slice(0, SESSIONS_MAX));
}

/** Keeps the list of charges as the server gave it. */
export function hearLines(lines: SessionLine[]): void {
  keepHere(LINES, lines.slice(0, LINES_MAX));
}

/** The charges known here, the newest first: the last list, and what was heard of each since. */
export function knownLines(): SessionLine[] {
  const heard = all().map(({ session }) => lineOf(session));
  const known = new Set(heard.map(({ session_id }) => session_id));
  const listed = (keptHere<SessionLine[]>(LINES) ?? []).filter(
    ({ session_id }) => !known.has(session_id),
  );
  return [...heard, ...listed].sort((a, b) => b.created_at_ms - a.created_at_ms);
}

function lineOf(session: Session): SessionLine {
  const { session_id, state, power_type, used_wh, price_yen, created_at_ms, ended_at_ms } = session;
  const facts = { session_id, state, power_type, used_wh, price_yen, created_at_ms, ended_at_ms };
  return { ...facts, place: session.outlet.place, started_at_ms: session.switched_on_at_ms };
}

function thinned(samples: Sample[]): Sample[] {
  const step = Math.ceil(samples.length / POINTS_MAX);
  return step <= 1 ? samples : samples.filter((_, i) => (samples.length - 1 - i) % step === 0);
}
