/** A long id as people say it on the telephone: its last eight symbols, in two groups. */

const SHOWN = 8;
const HALF = 4;

/** "8ZC2-7KQ4". A number to look up by, no secret and no key. */
export function shortNumber(id: string): string {
  const end = id.slice(-SHOWN).toUpperCase();
  return end.length <= HALF ? end : `${end.slice(0, -HALF)}-${end.slice(-HALF)}`;
}
