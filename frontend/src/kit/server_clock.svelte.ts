/**
 * The server's time, as the phone can know it: a phone's own clock may be minutes off, and a
 * demo street lives faster than its visitors.
 */

/** Above this many server seconds in one of ours, the server's time really runs faster. */
const FASTER = 2;
const FASTER_MAX = 120;
/** Shorter stretches say nothing about the pace: an answer's way can take a second. */
const STRETCH_MS_MIN = 1_500;

interface Moment {
  server_ms: number;
  local_ms: number;
}

export interface Anchor extends Moment {
  /** Server milliseconds in one of the phone's. */
  pace: number;
  /** Where the stretch began over which the pace is being seen. */
  since: Moment;
}

/** The anchor after an answer stamped `server_ms` arrived at `local_ms`. */
export function anchored(before: Anchor | null, server_ms: number, local_ms: number): Anchor {
  const here = { server_ms, local_ms };
  if (!before) return { ...here, pace: 1, since: here };
  const passed_ms = local_ms - before.since.local_ms;
  if (passed_ms >= 0 && passed_ms < STRETCH_MS_MIN) {
    // Answers may overtake each other: within a stretch the clock only goes forward.
    return server_ms > serverAt(before, local_ms) ? { ...before, ...here } : before;
  }
  const seen = (server_ms - before.since.server_ms) / passed_ms;
  return { ...here, pace: seen > FASTER ? Math.min(seen, FASTER_MAX) : 1, since: here };
}

/** The server's instant (epoch ms) at the phone's `local_ms`. */
export function serverAt(anchor: Anchor | null, local_ms: number): number {
  if (!anchor) return local_ms;
  return Math.round(anchor.server_ms + (local_ms - anchor.local_ms) * anchor.pace);
}

let anchor: Anchor | null = null;
const beat = $state({ local_ms: Date.now() });

/** Takes the server's word for what time it is. */
export function observe(now_ms: number): void {
  anchor = anchored(anchor, now_ms, Date.now());
}

/** The server's instant now (epoch ms); read in a component, it is read anew every second. */
export function serverNow(): number {
  return serverAt(anchor, Math.max(beat.local_ms, anchor?.local_ms ?? 0));
}

/** Server seconds in one of the phone's: 1, unless a demo street runs faster. */
export function serverPace(): number {
  return anchor?.pace ?? 1;
}

/** The phone's own instant of the last beat (epoch ms), for ages that only the phone can know. */
export function localNow(): number {
  return beat.local_ms;
}

/** Starts the beat that makes ages and countdowns move; answers how to end it. */
export function startBeat(): () => void {
  const timer = setInterval(() => (beat.local_ms = Date.now()), 1_000);
  return () => clearInterval(timer);
}
