/** Where a reader is on a page that changes under them. */
import { tick } from 'svelte';

/**
 * Called before a page changes: whoever then loses the element they were at is led to the title,
 * and not back to the top of everything.
 */
export async function keepPlace(): Promise<void> {
  const at = document.activeElement;
  await tick();
  if (at && !at.isConnected) document.querySelector('h1')?.focus({ preventScroll: true });
}
