/** English: from the start of a charge to its receipt. */
import { dark } from './en_dark.ts';
import { help } from './en_help.ts';
import { more } from './en_more.ts';
import { newer, offline, tell } from './en_offline.ts';
import { result, session } from './en_session.ts';
import type { ChargingWords } from './ja_charging';

export const enCharging: ChargingWords = {
  session,
  result,
  dark,
  more,
  help,
  offline,
  newer,
  tell,
  receipt: {
    title: 'Receipt',
    print: 'Print or save as PDF',
    share: 'Send',
    copied: 'The receipt’s contents were copied.',
    uncopied: 'It could not be copied. Print it or save it as PDF instead.',
    paidBy: (card) => `Paid by ${card}`,
    paid: 'Paid',
    notCharged: 'Not charged',
    unpaid: 'Not paid yet',
    unpaidYen: 'Still to pay',
    number: 'Number',
    issued: 'Issued',
    opening: 'Meter, start',
    closing: 'Meter, end',
    used: 'Energy',
    billed: 'Energy billed',
    dark: 'Without power',
    unitPrice: 'Unit price',
    taxable: (rate) => `${rate}% taxable`,
    tax: (sum, tax) => `${sum} (tax ${tax})`,
    waived: 'Not charged',
    total: 'Total',
    waivedText: 'This is below the card company’s smallest sum, so it is not charged.',
    carbon: (power, carbon) => `${power} · ${carbon} CO₂`,
    issuer: (name) => `Issued by ${name}`,
    registration: (number) => `Registration ${number}`,
    corrects: (number) => `This receipt takes the place of ${number}.`,
    refunded: 'Paid back',
    again: 'Charge here again',
  },
  history: {
    title: 'History',
    none: 'No charge yet.',
    noneText: 'Finished charges and their receipts will stand here.',
    scan: 'Scan an outlet to charge',
    live: 'Running now',
    past: 'Earlier',
    further: (n) => `Show more (${n} left)`,
    only: 'Charges started on this phone.',
  },
};
