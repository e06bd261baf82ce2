/** What must outlive a reload or an error, on this tab and no longer: the choice and its e-mail. */

const PREFIX = 'konsento.';

/** The value kept under `name`, or null; a browser that keeps nothing is no error. */
export function kept<T>(name: string): T | null {
  try {
    const text = sessionStorage.getItem(PREFIX + name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function keep(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage: the choice then lives as long as the page.
  }
}
