/** The cards this visitor asked us to remember, and which of them is taken. */
import { type DoorCalls, doorCalls } from '../api/door_calls';
import type { Card } from '../api/doors';
import { keepHere, keptHere } from '../kit/kept';

type Asking = Pick<DoorCalls, 'cards' | 'forgetCard'>;

export class Cards {
  /** Null until the server has answered; where it does not, another card can still be typed. */
  known = $state.raw<readonly Card[] | null>(null);
  /** Which card pays: its id, or null for one that is typed on the payment page. */
  taken = $state<string | null>(null);
  /** A card that could not be forgotten. */
  unforgotten = $state<string | null>(null);

  constructor(private readonly calls: Asking = doorCalls) {}

  /** Asks which cards there are; the one used last on this device, else the first, is taken. */
  async load(signal: AbortSignal): Promise<void> {
    const known = await this.calls.cards(signal).catch((): Card[] => []);
    if (signal.aborted) return;
    this.known = known;
    const last = keptHere<string>('card');
    this.taken = (known.find(({ card_id }) => card_id === last) ?? known[0])?.card_id ?? null;
  }

  get card(): Card | null {
    return this.known?.find(({ card_id }) => card_id === this.taken) ?? null;
  }

  take(card_id: string | null): void {
    this.taken = card_id;
    if (card_id !== null) keepHere('card', card_id);
  }

  async forget(card_id: string): Promise<void> {
    this.unforgotten = null;
    try {
      await this.calls.forgetCard(card_id);
    } catch {
      this.unforgotten = card_id;
      return;
    }
    this.known = (this.known ?? []).filter((card) => card.card_id !== card_id);
    if (keptHere<string>('card') === card_id) keepHere('card', null);
    if (this.taken === card_id) this.taken = this.known[0]?.card_id ?? null;
  }
}

const BRANDS: Readonly<Record<string, string>> = {
  visa: 'VISA',
  mastercard: 'Mastercard',
  jcb: 'JCB',
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  unionpay: 'UnionPay',
};

/** "VISA •••• 4242". */
export function cardName({ brand, last4 }: Pick<Card, 'brand' | 'last4'>): string {
  return `${BRANDS[brand] ?? brand} •••• ${last4}`;
}

/** "08/29", as it stands on the card. */
export function expiry({ exp_month, exp_year }: Card): string {
  return `${String(exp_month).padStart(2, '0')}/${String(exp_year % 100).padStart(2, '0')}`;
}
