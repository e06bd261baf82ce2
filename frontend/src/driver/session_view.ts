/** What the session screen shows, decided from the server's last word alone. */
import type { EndReason, Session } from '../api/types';
import type { Marks } from '../kit/meter_marks';

export type View =
  | 'unpaid'
  | 'checking'
  | 'declined'
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
  | 'result';

/** Milliseconds without a new measurement after which its figures are called old. */
export const OLD_MS = 30_000;
/** Milliseconds after which a state that mostly takes seconds is said to take long. */
export const SLOW_MS = 10_000;
/** Milliseconds for which it is said that power flows again. */
export const RESUMED_MS = 10_000;

export function viewOf(session: Session): View {
  switch (session.state) {
    case 'authorising':
      if (session.payment.state === 'refused') return 'declined';
      return session.payment.state === 'none' ? 'unpaid' : 'checking';
    case 'charging':
      return session.used_wh === 0 && !flows(session) ? 'plug' : 'charging';
    case 'paused':
      return session.rest_because === 'power_lost' ? 'power_back' : 'paused';
    case 'settled':
    case 'cancelled':
    case 'refused':
    case 'start_failed':
      return 'result';
    default:
      return session.state;
  }
}

const flows = (session: Session) => (session.power_w ?? 0) > 0;

/** Why the closing figures may be long in coming; null where they take seconds. */
export function unreadBecause(session: Session): 'power_lost' | 'link_lost' | null {
  const { state, end_reason } = session;
  // Ended by its driver in the dark, its meter cannot answer either.
  if (session.interrupted && (state === 'stopping' || state === 'settling')) return 'power_lost';
  if (state !== 'settling') return null;
  return end_reason === 'power_lost' || end_reason === 'link_lost' ? end_reason : null;
}

/** The marks on the meter's face, never more than what was heard. */
export function marksOf(session: Session): Marks {
  switch (session.state) {
    case 'charging':
      return flows(session) ? 'forward' : 'noLoad';
    case 'idle':
      return 'noLoad';
    case 'interrupted':
    case 'link_lost':
    case 'stopping':
    case 'resuming':
      return 'unknown';
    case 'settled':
      return session.closing_register_wh === null ? 'unknown' : 'open';
    default:
      return unreadBecause(session) ? 'unknown' : 'open';
  }
}

/** When the meter's switch was read open (epoch ms); null while nobody has read it. */
export function openSince(session: Session): number | null {
  const { state, end_reason, switched_on_at_ms, ended_at_ms } = session;
  const over = state === 'settling' || state === 'settled';
  // A meter that fell silent, or lost its power, has told nobody how its switch stands.
  const unread = end_reason === 'link_lost' || end_reason === 'power_lost';
  return over && !unread && switched_on_at_ms !== null ? ended_at_ms : null;
}

/** The register to show (Wh): the closing one once it is there. */
export function registerOf(session: Session): number | null {
  return session.closing_register_wh ?? session.register_wh ?? session.opening_register_wh;
}

/** Every charge ends by itself after a day: a longer estimate is only power still rising. */
const LEFT_S_MAX = 86_400;

/** Seconds left at the server's instant `now_ms`, or null where nobody can say. */
export function leftAt(session: Session, now_ms: number): number | null {
  if (session.left_s === null || session.left_s > LEFT_S_MAX) return null;
  const paused = ['paused', 'resuming', 'interrupted'].includes(session.state);
  const counting = paused || (session.state === 'charging' && viewOf(session) !== 'plug');
  const passed_s = counting ? Math.max(0, now_ms - session.now_ms) / 1_000 : 0;
  return Math.max(0, session.left_s - passed_s);
}

/** Seconds until this state ends by itself, or null. */
export function untilDeadline(session: Session, now_ms: number): number | null {
  if (session.deadline_ms === null) return null;
  return Math.max(0, (session.deadline_ms - now_ms) / 1_000);
}

/** How far the charge is, 0 to 1: by time for a time limit, else by energy. */
export function progressOf(session: Session, now_ms: number): number {
  if (session.by === 'time' && session.duration_s) {
    const left_s = leftAt(session, now_ms);
    if (left_s !== null) return Math.min(1, Math.max(0, 1 - left_s / session.duration_s));
  }
  return session.energy_wh > 0 ? Math.min(1, session.used_wh / session.energy_wh) : 0;
}

export interface ResultLook {
  title: 'done' | 'free' | 'cancelled' | 'refused' | 'expired' | 'failed';
  meaning: 'calm' | 'act' | 'danger' | 'unk';
  icon: string;
}

const BY_REASON: Partial<Record<EndReason, Pick<ResultLook, 'meaning' | 'icon'>>> = {
  no_load: { meaning: 'act', icon: 'plug' },
  operator: { meaning: 'act', icon: 'stop' },
  link_lost: { meaning: 'unk', icon: 'unk' },
  power_lost: { meaning: 'danger', icon: 'off' },
};

/** How the end looks. Nothing is called charged that was waived or never captured. */
export function resultLook(session: Session): ResultLook {
  if (session.state === 'cancelled') return { title: 'cancelled', meaning: 'calm', icon: 'okc' };
  if (session.state === 'refused') {
    const title = session.end_reason === 'payment_expired' ? 'expired' : 'refused';
    return { title, meaning: 'act', icon: 'card' };
  }
  if (session.state === 'start_failed') return { title: 'failed', meaning: 'act', icon: 'warn' };
  const look = (session.end_reason && BY_REASON[session.end_reason]) ?? {
    meaning: 'calm' as const,
    icon: 'okc',
  };
  return { title: billedYen(session) > 0 ? 'done' : 'free', ...look };
}

/** Yen really taken for an ended session. */
export function billedYen(session: Session): number {
  if (session.payment.state === 'captured') return session.payment.captured_yen;
  return session.payment.state === 'waived' || session.payment.state === 'released'
    ? 0
    : session.price_yen;
}
