/** Before every test file: the phone speaks Japanese, and ends what a test left open. */
import { afterEach, beforeEach } from 'vitest';
import { learn, speak } from '../words/speech.svelte';

// All words, always: else a test would pass or fail by which files were run before its own.
beforeEach(() => Promise.all([speak('ja'), learn('further'), learn('charging')]));
afterEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
