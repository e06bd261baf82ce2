/** A receipt as plain text, to be sent: every line that stands on the paper and has a number. */
import type { Receipt } from '../api/types';
import { type Language, clock, date, energy, length, plain, register, unitPrice, yen } from '../kit/formats';
import type { Words } from '../words/ja';

export function receiptText(receipt: Receipt, { receipt: words, result }: Words, language: Language) {
  const money = (price_yen: number) => plain(yen(price_yen, language), language);
  const from_ms = receipt.started_at_ms ?? receipt.issued_at_ms;
  const to = receipt.ended_at_ms === null ? '' : `–${clock(receipt.ended_at_ms)}`;
  const counters = [receipt.opening_register_wh, receipt.closing_register_wh];
  const [opening, closing] = counters.map((each) => (each === null ? '–' : register(each)));
  const price = unitPrice(receipt.unit_price_myen_per_kwh, language);
  const tax = words.tax(money(receipt.price_yen), money(receipt.tax_yen));
  const unpaid = receipt.unpaid_yen > 0 ? `${words.unpaidYen} ${money(receipt.unpaid_yen)}` : '';
  const lines = [
    `${words.title} ${receipt.number}`,
    `${receipt.outlet.place[language]} ${date(from_ms, language)} ${clock(from_ms)}${to}`,
    `${words.opening} ${opening}`,
    `${words.closing} ${closing}`,
    `${words.used} ${plain(energy(receipt.used_wh))}`,
    receipt.billed_wh === receipt.used_wh
      ? ''
      : `${words.billed} ${plain(energy(receipt.billed_wh))}`,
    receipt.dark_ms > 0
      ? `${words.dark} ${plain(length(receipt.dark_ms / 1000, language))}`
      : '',
    `${words.unitPrice} ${price}`,
    `${words.taxable(receipt.tax_rate_percent)} ${tax}`,
    receipt.waived_yen > 0 ? `${words.waived} −${money(receipt.waived_yen)}` : '',
    `${words.total} ${money(receipt.paid_yen + receipt.unpaid_yen)}`,
    receipt.refunded_yen > 0 ? `${words.refunded} ${money(receipt.refunded_yen)}` : '',
    unpaid,
    receipt.end_reason === 'power_lost' ? result.why.power_lost : '',
    receipt.corrects ? words.corrects(receipt.corrects) : '',
    words.issuer(receipt.issuer.name[language]),
    words.registration(receipt.issuer.registration_number),
    `${words.issued} ${date(receipt.issued_at_ms, language)}`,
  ];
  return lines.filter(Boolean).join('\n');
}
