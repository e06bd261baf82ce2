/** A choice as the server wants it asked. */
import type { QuoteRequest } from '../api/types';
import type { Choice } from './choice';

export function requestOf(choice: Choice, code: string): QuoteRequest {
  const { by, value, power_type, retailer_id } = choice;
  const amount = {
    energy: { energy_wh: value },
    time: { duration_s: value },
    money: { price_yen: value },
  }[by];
  return { code, by, ...amount, power_type, retailer_id };
}
