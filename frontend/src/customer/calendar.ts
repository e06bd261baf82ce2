/** Planned works as an entry of a calendar (RFC 5545), made on the phone itself. */

const LINE_BYTES_MAX = 75;

export interface Entry {
  /** The same for the same works, so that a second download replaces the first. */
  uid: string;
  title: string;
  text: string;
  starts_at_ms: number;
  /** An hour is taken where the end is not known. */
  until_ms: number | null;
  now_ms: number;
}

const HOUR_MS = 3_600_000;

/** The calendar's instants: 20261128T000000Z. */
const instant = (at_ms: number) =>
  new Date(at_ms).toISOString().replace(/[-:]|\.\d+/g, '');

/** In a value, what separates values is said with a stroke before it. */
const escaped = (text: string) =>
  text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, '\\n');

/** A line as calendars read it: at most 75 bytes, what follows begins with a space. */
function folded(line: string): string {
  const bytes = new TextEncoder();
  const lines = [''];
  for (const letter of line) {
    const last = lines.at(-1) ?? '';
    if (bytes.encode(last + letter).length > LINE_BYTES_MAX) lines.push(` ${letter}`);
    else lines[lines.length - 1] = last + letter;
  }
  return lines.join('\r\n');
}

export function calendarOf(entry: Entry): string {
  const until_ms = entry.until_ms ?? entry.starts_at_ms + HOUR_MS;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Konsento//My power//EN',
    'BEGIN:VEVENT',
    `UID:${escaped(entry.uid)}`,
    `DTSTAMP:${instant(entry.now_ms)}`,
    `DTSTART:${instant(entry.starts_at_ms)}`,
    `DTEND:${instant(until_ms)}`,
    `SUMMARY:${escaped(entry.title)}`,
    `DESCRIPTION:${escaped(entry.text)}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(entry.title)}`,
    'TRIGGER:-PT30M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

/** An address of the page's own that holds the whole entry: nobody is asked for it. */
export const calendarLink = (entry: Entry): string =>
  `data:text/calendar;charset=utf-8,${encodeURIComponent(calendarOf(entry))}`;
