/** What is typed to register a meter, and what is wrong with it as it stands. */
import type { MeterWish } from '../api/power_types';

export interface Typed {
  smid: string;
  customer: string;
  postal: string;
  email: string;
}
export type Name = keyof Typed;
export const NAMES: readonly Name[] = ['smid', 'customer', 'postal', 'email'];
export const NOTHING: Typed = { smid: '', customer: '', postal: '', email: '' };

export type Wrong = 'empty' | 'postalWrong' | 'emailWrong';

/** Full width becomes half width; spaces, hyphens and the postal mark go. */
const plain = (text: string) => text.normalize('NFKC').replace(/[\s\-‐‑‒–—―−ー_.・/()〒]/g, '');

/** Whether mail could go there at all; the server and the mail itself say the rest. */
export const couldBeMail = (text: string): boolean =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());

/** What is wrong with each field; a form in which nothing is wrong answers nothing. */
export function wrongIn(typed: Typed): Partial<Record<Name, Wrong>> {
  const wrong: Partial<Record<Name, Wrong>> = {};
  if (!plain(typed.smid)) wrong.smid = 'empty';
  if (!plain(typed.customer)) wrong.customer = 'empty';
  if (!plain(typed.postal)) wrong.postal = 'empty';
  else if (!/^\d{7}$/.test(plain(typed.postal))) wrong.postal = 'postalWrong';
  if (typed.email.trim() && !couldBeMail(typed.email)) wrong.email = 'emailWrong';
  return wrong;
}

export function wishOf(typed: Typed, language: 'ja' | 'en'): MeterWish {
  return {
    smid: typed.smid.trim(),
    customer_number: typed.customer.trim(),
    postal_code: typed.postal.trim(),
    email: typed.email.trim() || null,
    language,
  };
}
