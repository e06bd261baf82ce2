/** Cards, additions, reports and links: what is asked of the server there, and what it answers. */
import type { components } from './schema';

type Schema = components['schemas'];

/** A card that this visitor asked us to remember; the number itself never comes here. */
export type Card = Schema['CardView'];

/** `value` in Wh, seconds or yen, by `by`, which is the session's own. */
export type AdditionRequest = Schema['AdditionQuoteRequest'];

/** The whole limit as it would be, and what would be held on top of the first hold. */
export type AdditionQuote = Schema['AdditionQuoteView'];
export type Addition = Schema['AdditionView'];
export type AdditionState = Addition['state'];

export type Report = Schema['Report'];
export type ReportKind = Report['kind'];
export const REPORT_KINDS: readonly ReportKind[] = [
  'no_power',
  'slow',
  'damaged',
  'blocked',
  'price',
  'other',
];

/** Longest words a report takes. */
export const REPORT_WORDS_MAX = 500;
