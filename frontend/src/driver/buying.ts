/** From a choice to a session: the price is asked, held, and paid for once, however often tried. */
import type { Calls } from '../api/calls';
import { freshKey } from '../api/client';
import { Problem } from '../api/problem';
import type { Quote, QuoteRequest, Session } from '../api/types';
import type { Language } from '../kit/formats';

/** Milliseconds a quote must still hold, to be worth starting on. */
const HOLD_MS_MIN = 5_000;
/** After these the intention is spent: the next press asks for the price anew. */
const SPENT = ['unknown-quote', 'quote-used', 'quote-expired'];

/** One intention to buy; pressing again after a failure is still the same one. */
export interface Intention {
  of: string;
  quote_key: string;
  start_key: string;
  quote: Quote | null;
}

export interface Buyer {
  request: QuoteRequest;
  email: string | null;
  language: Language;
  /** A remembered card, or null for one typed on the payment page. */
  card_id?: string | null;
  /** Whether the one typed there is to be remembered. */
  remember_card?: boolean;
}

export type Stage = 'quoting' | 'starting';

export function intentionFor(before: Intention | null, buyer: Buyer, now_ms: number): Intention {
  const of = JSON.stringify(buyer);
  const held = before?.quote;
  const fresh = !held || held.expires_at_ms - now_ms > HOLD_MS_MIN;
  if (before && before.of === of && fresh) return before;
  return { of, quote_key: freshKey(), start_key: freshKey(), quote: null };
}

/**
 * Buys what is intended. `remember` is told each step, so that a failure half way keeps it.
 * Refused with a `Problem`; a spent quote is forgotten first.
 */
export async function buy(
  calls: Pick<Calls, 'quote' | 'start'>,
  intention: Intention,
  { request, email, language, card_id = null, remember_card = false }: Buyer,
  remember: (intention: Intention | null) => void,
  onStage: (stage: Stage) => void,
  signal: AbortSignal,
): Promise<Session> {
  try {
    remember(intention);
    onStage('quoting');
    const quote = intention.quote ?? (await calls.quote(request, intention.quote_key, signal));
    remember({ ...intention, quote });
    onStage('starting');
    const start = {
      quote_id: quote.quote_id,
      email,
      language,
      card_id,
      remember_card: card_id === null && remember_card,
    };
    return await calls.start(start, intention.start_key, signal);
  } catch (fault) {
    if (fault instanceof Problem && (SPENT.includes(fault.slug) || fault.status === 409)) {
      remember(null);
    }
    throw fault;
  }
}

/** Whether the browser may be sent there: a web address and nothing that runs script. */
export function isWebAddress(url: string): boolean {
  if (!URL.canParse(url, location.origin)) return false;
  return ['https:', 'http:'].includes(new URL(url, location.origin).protocol);
}
