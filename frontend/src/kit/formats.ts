/** Figures, and besides them instants and the time that is left: all that people read as numbers. */
import { type Figure, type Language, length } from './figures';

export * from './figures';

/** Time left: rounded up to minutes from ten minutes on, 8:42 below. */
export function countdown(left_s: number, language: Language): Figure {
  const seconds = Math.max(0, Math.floor(left_s));
  if (seconds >= 600) return length(Math.ceil(seconds / 60) * 60, language);
  return [[`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`, '']];
}

/** Outlets stand in Japan: their clock is the wall's, wherever the phone thinks it is. */
const ZONE = 'Asia/Tokyo';

const parts = (at_ms: number) => {
  const read = new Intl.DateTimeFormat('en-GB', {
    timeZone: ZONE,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at_ms);
  return Object.fromEntries(read.map(({ type, value }) => [type, value]));
};

const monthNumber = (at_ms: number) =>
  new Intl.DateTimeFormat('en-US', { timeZone: ZONE, month: 'numeric' }).format(at_ms);

export function clock(at_ms: number): string {
  const { hour, minute } = parts(at_ms);
  return `${hour}:${minute}`;
}

export function clockToSecond(at_ms: number): string {
  return `${clock(at_ms)}:${parts(at_ms)['second']}`;
}

export function day(at_ms: number, language: Language): string {
  const { day: number, month } = parts(at_ms);
  return language === 'ja' ? `${monthNumber(at_ms)}月${number}日` : `${number} ${month}`;
}

/** Date with the year, as bills need it. */
export function date(at_ms: number, language: Language): string {
  const { year } = parts(at_ms);
  return language === 'ja' ? `${year}年${day(at_ms, 'ja')}` : `${day(at_ms, 'en')} ${year}`;
}

/** Homes with a comma: 1,240. */
export function homes(count: number): string {
  return count.toLocaleString('en');
}
