/**
 * Where a window of ours stands now. The browser only knows the address it was opened with: where
 * it went inside the app, the window says itself.
 */

/** Milliseconds that a window has to answer; one that sleeps does not. */
const ANSWER_MS_MAX = 300;

export interface Asked {
  readonly url: string;
  postMessage(message: unknown, transfer: MessagePort[]): void;
}

/** Its address now, or null when it does not answer. */
export function whereabouts(window: Asked): Promise<string | null> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(String(data));
    setTimeout(() => done(null), ANSWER_MS_MAX);
    window.postMessage({ kind: 'where' }, [port2]);
  });
}
