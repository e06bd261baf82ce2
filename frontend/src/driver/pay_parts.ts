/** How a choice is paid: fetched while the amount is being chosen. */
export { default as KeptCard } from './KeptCard.svelte';
export { default as PaySheet } from './PaySheet.svelte';
export { Cards } from './cards.svelte';
