/** The one picture of a session that the screen shows, out of answers that may overtake. */
import type { Sample, Session } from './types';

/** Points kept for the curve: a night at one a second, thinned, is more than a phone can draw. */
export const SAMPLES_MAX = 1_200;

/** The newer of two answers, with the curve's points of both. */
export function latest(before: Session | null, next: Session): Session {
  if (!before || before.session_id !== next.session_id) return next;
  const samples = joined(before.samples, next.samples);
  const newer = next.sequence >= before.sequence ? next : before;
  return { ...newer, samples };
}

function joined(old: Sample[], fresh: Sample[]): Sample[] {
  const first = fresh[0];
  if (!first) return old;
  const last = old.at(-1);
  // An answer that begins at or before our beginning is the whole curve.
  if (!last || first[0] <= (old[0]?.[0] ?? 0)) return thinned(fresh);
  return thinned([...old, ...fresh.filter(([at_ms]) => at_ms > last[0])]);
}

function thinned(samples: Sample[]): Sample[] {
  if (samples.length <= SAMPLES_MAX) return samples;
  return samples.filter((_sample, i) => i % 2 === 0 || i === samples.length - 1);
}
