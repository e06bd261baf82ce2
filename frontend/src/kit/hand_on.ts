/** Handing something on: by the device's own sheet where it has one, else by the clipboard. */

export interface Handed {
  title: string;
  text?: string;
  url?: string;
}

/** `left`: the reader closed the device's sheet again, which is no fault. */
export type HandedOn = 'shared' | 'left' | 'copied' | 'failed';

export async function handOn(what: Handed): Promise<HandedOn> {
  if (typeof navigator.share === 'function') {
    try {
      await navigator.share(what);
      return 'shared';
    } catch (fault) {
      if (fault instanceof DOMException && fault.name === 'AbortError') return 'left';
    }
  }
  try {
    await navigator.clipboard.writeText(what.url ?? what.text ?? '');
    return 'copied';
  } catch {
    return 'failed';
  }
}
