/** Before every test file: the phone speaks Japanese, and ends what a test left open. */
import { afterEach, beforeEach } from 'vitest';
import { type Part, learn, speak } from '../words/speech.svelte';

// All words, always: else a test would pass or fail by which files were run before its own.
const PARTS: readonly Part[] = ['further', 'charging', 'supply', 'aid'];
beforeEach(() => Promise.all([speak('ja'), ...PARTS.map(learn)]));
afterEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
