/** Before every test file: the phone speaks Japanese, and ends what a test left open. */
import { afterEach, beforeEach } from 'vitest';
import { speak } from '../words/speech.svelte';

beforeEach(() => speak('ja'));
afterEach(() => {
  sessionStorage.clear();
  localStorage.clear();
});
