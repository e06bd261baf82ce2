/** What a scanned QR or a pasted text means: one of our outlets, or something to leave alone. */
import { type Reading, readCode } from './outlet_code';

export type Scanned =
  | { kind: 'outlet'; code: string }
  /** Our own address, yet the code in it does not check. */
  | { kind: 'damaged' }
  /** Our own address, but no outlet's: a link to a charge, say. */
  | { kind: 'ours' }
  /** Anything else; it is named by its host where it has one, and never opened. */
  | { kind: 'foreign'; host: string };

/** Longest text worth parsing: our own addresses are far shorter. */
export const TEXT_MAX = 300;
const PATH = /^\/o\/([0-9A-Za-z-]{1,20})\/?$/;

/**
 * Reads a QR's text. Only `<own origin>/o/<code>` counts, with no name, password or fragment
 * tricks: what the address bar would show must be what the pattern saw.
 */
export function readScanned(text: string, origin: string): Scanned {
  const url = parsed(text);
  if (!url) return { kind: 'foreign', host: '' };
  if (url.origin !== origin) {
    const lookalike = url.host === new URL(origin).host;
    return { kind: 'foreign', host: lookalike ? '' : shownHost(url) };
  }
  if (url.username || url.password) return { kind: 'foreign', host: '' };
  const found = PATH.exec(url.pathname);
  if (!found) return { kind: 'ours' };
  const reading = readCode(found[1] ?? '');
  return reading.kind === 'code' ? { kind: 'outlet', code: reading.code } : { kind: 'damaged' };
}

/** Longest host worth reading: a longer one is cut at its beginning, where liars put our name. */
const HOST_MAX = 32;

/** Only what the address really leads to; never its name, password or path. */
function shownHost({ host }: URL): string {
  return host.length <= HOST_MAX ? host : `…${host.slice(-HOST_MAX)}`;
}

function parsed(text: string): URL | null {
  // The URL parser drops tabs, newlines and surrounding spaces, and reads \ as /: refuse them.
  if (text.length > TEXT_MAX || !/^https?:\/\/[\x21-\x7e]+$/.test(text) || text.includes('\\')) {
    return null;
  }
  return URL.canParse(text) ? new URL(text) : null;
}

/** Reads what was typed or pasted into the code's field: a code, or our own address. */
export function readTyped(typed: string, origin: string): Reading | { kind: 'foreign-address' } {
  const text = typed.trim();
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return readCode(text);
  const scanned = readScanned(text, origin);
  if (scanned.kind === 'outlet') return { kind: 'code', code: scanned.code };
  return scanned.kind === 'damaged'
    ? { kind: 'mistyped', position: null }
    : { kind: 'foreign-address' };
}
