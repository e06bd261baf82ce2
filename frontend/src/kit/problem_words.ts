/** A problem in words: which sentence, and what else the server said that helps. */
import { Problem } from '../api/problem';
import type { Words } from '../words/ja';
import { type Language, length, plain } from './formats';

export interface Told {
  title: string;
  /** The title in English where the page is Japanese; empty for none. */
  beside: string;
  text: string;
  /** A further fact: how long to wait, which character to look at. */
  more: string;
}

/** Sentences by the problem's slug. */
export type Sentences = Readonly<
  Record<string, { title: string; beside?: string; text: string }>
>;

/** `own`: what a page says differently from the phone, or what only it can run into. */
export function told(fault: unknown, words: Words, language: Language, own: Sentences = {}): Told {
  const { said: phone, waitFor, position } = words.problems;
  const said: Sentences = { ...phone, ...own };
  const problem = fault instanceof Problem ? fault : new Problem('other', 0, String(fault));
  const other = problem.status >= 500 ? 'unreadable' : 'other';
  const slug = Object.hasOwn(said, problem.slug) ? problem.slug : other;
  const sentence = said[slug] ?? phone[other];
  const wait_s = problem.number('retry_after_s');
  const wrong = problem.number('position');
  const more = [
    wait_s === null ? '' : waitFor(plain(length(wait_s, language), language)),
    wrong === null ? '' : position(wrong),
  ];
  return { beside: '', ...sentence, more: more.filter(Boolean).join(' ') };
}
