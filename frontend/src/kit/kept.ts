/**
 * What must outlive a reload: on this tab, what belongs to one visit (an intention to buy, a code
 * half typed); on this device, what makes the next visit shorter (choice, e-mail, card).
 */

/** Raised when what is kept changes its meaning: what an older version kept is then not read. */
const VERSION = 1;
const PREFIX = 'konsento.';
const DEVICE_PREFIX = `${PREFIX}${VERSION}.`;

/** The value kept on this tab under `name`, or null; a browser that keeps nothing is no error. */
export function kept<T>(name: string): T | null {
  return read<T>(() => sessionStorage, PREFIX + name);
}

export function keep(name: string, value: unknown): void {
  write(() => sessionStorage, PREFIX + name, value);
}

/** The value kept on this device under `name`, by this version of the app; else null. */
export function keptHere<T>(name: string): T | null {
  return read<T>(() => localStorage, DEVICE_PREFIX + name);
}

/** Keeps `value` on this device until it is replaced; null forgets it. */
export function keepHere(name: string, value: unknown): void {
  write(() => localStorage, DEVICE_PREFIX + name, value);
}

function read<T>(shelf: () => Storage, name: string): T | null {
  try {
    const text = shelf().getItem(name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

function write(shelf: () => Storage, name: string, value: unknown): void {
  try {
    if (value === null) shelf().removeItem(name);
    else shelf().setItem(name, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage: what was chosen then lives as long as the page.
  }
}
