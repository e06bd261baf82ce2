/** Imported by whatever speaks of a charge: it is not run before those words are there. */
import { learnCharging } from './speech.svelte';

await learnCharging();
