/** Imported by whatever speaks of a charge: it is not run before those words are there. */
import { learn } from './speech.svelte';

await Promise.all([learn('further'), learn('charging')]);
