/** A tap on a notification: the page that is open already, else a new one. */
import { ownPath } from './receive.ts';

export interface OpenWindow {
  readonly url: string;
  focus(): Promise<unknown>;
}

export interface ClickOutside {
  origin: string;
  windows(): Promise<readonly OpenWindow[]>;
  open(path: string): Promise<unknown>;
}

/** Brings `navigate` before the reader; never an address of another origin. */
export async function click(navigate: unknown, outside: ClickOutside): Promise<void> {
  const path = ownPath(navigate, outside.origin);
  const windows = await outside.windows().catch(() => []);
  const there = windows.find((each) => ownPath(each.url, outside.origin) === path);
  // A window that is just closing cannot be focused: then a new one is opened.
  const focused = there && (await there.focus().then(Boolean, () => false));
  if (!focused) await outside.open(path);
}
