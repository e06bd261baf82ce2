/** What the desk says of an outlet, decided from the server's line alone. */
import type { Board, OutletLine, ReportFacts, SessionFacts } from '../api/types';

export type LineState =
  | 'authorising'
  | 'starting'
  | 'plug'
  | 'charging'
  | 'interrupted'
  | 'power_back'
  | 'idle'
  | 'paused'
  | 'resuming'
  | 'link_lost'
  | 'stopping'
  | 'settling'
  | 'locked'
  | 'free'
  | 'busy'
  | 'unread'
  | 'no_power'
  | 'faulty'
  | 'unreachable';

export interface Look {
  meaning: 'calm' | 'act' | 'danger' | 'unk';
  icon: string;
}

export const LOOKS: Record<LineState, Look> = {
  authorising: { meaning: 'unk', icon: 'card' },
  starting: { meaning: 'calm', icon: 'clock' },
  plug: { meaning: 'act', icon: 'plug' },
  charging: { meaning: 'calm', icon: 'bolt' },
  interrupted: { meaning: 'danger', icon: 'off' },
  power_back: { meaning: 'act', icon: 'bolt' },
  idle: { meaning: 'act', icon: 'plug' },
  paused: { meaning: 'act', icon: 'plug' },
  resuming: { meaning: 'calm', icon: 'clock' },
  link_lost: { meaning: 'unk', icon: 'unk' },
  stopping: { meaning: 'calm', icon: 'clock' },
  settling: { meaning: 'calm', icon: 'clock' },
  locked: { meaning: 'act', icon: 'lock' },
  free: { meaning: 'calm', icon: 'ok' },
  busy: { meaning: 'unk', icon: 'clock' },
  unread: { meaning: 'unk', icon: 'unk' },
  no_power: { meaning: 'danger', icon: 'off' },
  faulty: { meaning: 'act', icon: 'warn' },
  unreachable: { meaning: 'unk', icon: 'unk' },
};

/** What the meter or the driver waits for somebody to see to; the worst first. */
export const ATTENTION = [
  'interrupted',
  'no_power',
  'faulty',
  'link_lost',
  'unread',
  'unreachable',
  'idle',
  'paused',
  'power_back',
] as const;
export type Attention = (typeof ATTENTION)[number];

/** Without power, whether or not somebody's charge waits there. */
const DARK: ReadonlySet<LineState> = new Set(['no_power', 'interrupted']);

/** What runs on the outlet comes before whether a next one may start. */
export function stateOf(line: OutletLine): LineState {
  const { session } = line;
  if (!session) return line.locked ? 'locked' : withoutSession(line);
  // Ended between two looks: the next one no longer has it.
  return stateOfCharge(session) ?? (line.locked ? 'locked' : 'free');
}

/** Of a charge by itself; null of one that is over. */
export function stateOfCharge(session: SessionFacts): LineState | null {
  switch (session.state) {
    case 'charging':
      return session.used_wh === 0 && (session.power_w ?? 0) === 0 ? 'plug' : 'charging';
    case 'paused':
      return session.rest_because === 'power_lost' ? 'power_back' : 'paused';
    case 'settled':
    case 'cancelled':
    case 'refused':
    case 'start_failed':
      return null;
    default:
      return session.state;
  }
}

/** Where the power is out, as far as anybody knows; null where it is not said to be out. */
export function darkBecause(line: OutletLine): 'area' | 'outlet' | 'unknown' | null {
  const state = stateOf(line);
  if (!DARK.has(state)) return null;
  return line.session?.interrupted?.because ?? line.dark_because ?? 'unknown';
}

/** A silent meter that still holds the outlet: its switch has not been read open. */
function withoutSession({ state, meter }: OutletLine): LineState {
  return state === 'busy' && meter?.link !== 'up' ? 'unread' : state;
}

const STOPPABLE: ReadonlySet<LineState> = new Set([
  'authorising',
  'starting',
  'plug',
  'charging',
  'interrupted',
  'power_back',
  'idle',
  'paused',
  'resuming',
  'link_lost',
]);

/** The session that can be told to stop, or null. */
export function stoppable(line: OutletLine): SessionFacts | null {
  return STOPPABLE.has(stateOf(line)) ? line.session : null;
}

/** Whether stopping now costs the driver nothing: no power can have flowed. */
export function beforePower(session: SessionFacts): boolean {
  return session.state === 'authorising' || session.switched_on_at_ms === null;
}

/** Power (W) as far as it is known: none is claimed of a meter that is silent. */
export function powerOf(line: OutletLine): number | null {
  const state = stateOf(line);
  return state === 'charging' || state === 'plug' || state === 'idle'
    ? (line.session?.power_w ?? null)
    : null;
}

/** How far the session is, 0 to 100, by energy. */
export function percentOf({ used_wh, energy_wh_max }: SessionFacts): number {
  return energy_wh_max > 0 ? Math.min(100, Math.round((used_wh * 100) / energy_wh_max)) : 0;
}

/** By place as people count, 2 before 12, in the language they read. */
export function inOrder(outlets: readonly OutletLine[], language: 'ja' | 'en'): OutletLine[] {
  const counting = new Intl.Collator(language, { numeric: true });
  return outlets.toSorted((one, other) =>
    counting.compare(one.place[language], other.place[language]),
  );
}

export interface Sums {
  all: number;
  /** A session has it, or the control system's other servers do. */
  inUse: number;
  free: number;
  dark: number;
  locked: number;
  /** None of these: silent, unread, out of order. */
  other: number;
  power_w: number;
}

const IN_USE: ReadonlySet<LineState> = new Set([
  'authorising',
  'starting',
  'plug',
  'charging',
  'power_back',
  'idle',
  'paused',
  'resuming',
  'link_lost',
  'stopping',
  'settling',
  'busy',
]);

export function sumsOf({ outlets }: Board): Sums {
  const states = outlets.map(stateOf);
  const count = (counted: (state: LineState) => boolean) => states.filter(counted).length;
  const inUse = count((state) => IN_USE.has(state));
  const free = count((state) => state === 'free');
  const dark = count((state) => DARK.has(state));
  const locked = count((state) => state === 'locked');
  const all = outlets.length;
  const power_w = outlets.reduce((sum, line) => sum + (powerOf(line) ?? 0), 0);
  return { all, inUse, free, dark, locked, other: all - inUse - free - dark - locked, power_w };
}

export interface Reported {
  line: OutletLine;
  report: ReportFacts;
}

/** What was reported at these outlets, the newest first. */
export function reportsOf(outlets: readonly OutletLine[]): Reported[] {
  return outlets
    .flatMap((line) => line.reports.map((report) => ({ line, report })))
    .sort((one, other) => other.report.at_ms - one.report.at_ms);
}

export interface Wanting {
  line: OutletLine;
  state: Attention;
}

const rank = (state: LineState) => (ATTENTION as readonly string[]).indexOf(state);

/** The outlets that somebody should look at, the worst first. */
export function wanting({ outlets }: Board): Wanting[] {
  return outlets
    .map((line) => ({ line, state: stateOf(line) }))
    .filter((each): each is Wanting => rank(each.state) >= 0)
    .sort((one, other) => rank(one.state) - rank(other.state));
}
