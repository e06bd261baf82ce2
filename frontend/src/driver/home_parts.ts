/** What home shows once it stands: loaded after the scan button, which must not wait for it. */
export { default as NewVersion } from './NewVersion.svelte';
export { default as OwnPower } from './OwnPower.svelte';
export { default as SessionRow } from './SessionRow.svelte';
export { hearLines, knownLines } from './last_known';
