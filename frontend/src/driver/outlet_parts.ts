/** What an outlet's page shows where one cannot choose: fetched only when that is so. */
export { default as OutletFault } from './OutletFault.svelte';
export { default as OutletState } from './OutletState.svelte';
