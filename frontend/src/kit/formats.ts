/** Figures, and besides them instants and the time that is left: all that people read as numbers. */
import { type Figure, type Language, length } from './figures';

export * from './figures';

/** Time left: rounded up to minutes from ten minutes on, 8:42 below. */
export function countdown(left_s: number, language: Language): Figure {
  const seconds = Math.max(0, Math.floor(left_s));
  if (seconds >= 600) return length(Math.ceil(seconds / 60) * 60, language);
  return [[`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`, '']];
}

/**
 * Outlets stand in Japan: their clock is the wall's, wherever the phone thinks it is. By hand, as
 * Japan keeps one time all year: the browser's own way takes a slow phone longer than the page.
 */
const AHEAD_MS = 9 * 3_600_000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const onTheWall = (at_ms: number) => new Date(at_ms + AHEAD_MS);
const two = (value: number) => String(value).padStart(2, '0');

export function clock(at_ms: number): string {
  const wall = onTheWall(at_ms);
  return `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}`;
}

export function clockToSecond(at_ms: number): string {
  return `${clock(at_ms)}:${two(onTheWall(at_ms).getUTCSeconds())}`;
}

export function day(at_ms: number, language: Language): string {
  const wall = onTheWall(at_ms);
  const month = wall.getUTCMonth();
  return language === 'ja'
    ? `${month + 1}月${wall.getUTCDate()}日`
    : `${wall.getUTCDate()} ${MONTHS[month]}`;
}

/** 14:30, or with its day where that is another. */
export function near(at_ms: number, now_ms: number, language: Language): string {
  const of = day(at_ms, language);
  return of === day(now_ms, language) ? clock(at_ms) : `${of} ${clock(at_ms)}`;
}

/** Date with the year, as bills need it. */
export function date(at_ms: number, language: Language): string {
  const year = onTheWall(at_ms).getUTCFullYear();
  return language === 'ja' ? `${year}年${day(at_ms, 'ja')}` : `${day(at_ms, 'en')} ${year}`;
}

/** Homes with a comma: 1,240. */
export function homes(count: number): string {
  return count.toLocaleString('en');
}
