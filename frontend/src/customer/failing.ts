/** What did not work, in one sentence of the customer's own words. */
import { Problem } from '../api/problem';
import { type Language, length, plain } from '../kit/formats';
import type { AidWords } from '../words/ja_aid';

export const slugOf = (fault: unknown): string => (fault instanceof Problem ? fault.slug : 'other');

/** The sentence, and when to try again where the server says so. */
export function failing(
  fault: unknown,
  words: AidWords['aid'],
  language: Language,
): string {
  const said = words.failed[slugOf(fault)] ?? words.failed['other'] ?? '';
  const wait_s = fault instanceof Problem ? fault.number('retry_after_s') : null;
  if (wait_s === null) return said;
  return `${said} ${words.waitFor(plain(length(wait_s, language), language))}`;
}
