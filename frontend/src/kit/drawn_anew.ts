/** Draws the page anew, once, when a part of it is gone because a new version was put up. */
import { keep, kept } from './kept';

const KEPT = 'drawn_anew_at';
/** Milliseconds in which a second failure is no longer a new version's doing. */
const ONCE_MS = 60_000;

export interface Outside {
  now_ms: () => number;
  /** Whether the server answers: without it the page would be lost, not renewed. */
  answers: () => Promise<boolean>;
  reload: () => void;
}

const BROWSER: Outside = {
  now_ms: () => Date.now(),
  answers: () => fetch('/favicon.svg', { cache: 'no-store' }).then(({ ok }) => ok),
  reload: () => location.reload(),
};

/** Whether the page at `path` is being drawn anew now. */
export async function drawnAnew(path: string, outside: Outside = BROWSER): Promise<boolean> {
  const before = kept<{ path: string; at_ms: number }>(KEPT);
  const at_ms = outside.now_ms();
  if (before && before.path === path && at_ms - before.at_ms < ONCE_MS) return false;
  if (!(await outside.answers().catch(() => false))) return false;
  keep(KEPT, { path, at_ms });
  outside.reload();
  return true;
}
