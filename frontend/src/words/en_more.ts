/** English: adding to a running charge. */
import type { ChargingWords } from './ja_charging';

export const more: ChargingWords['more'] = {
  open: 'Add more',
  later: 'More can be added while power flows.',
  title: 'Add to this charge',
  amounts: 'How much more',
  choose: 'Choose how much to add',
  plus: (amount) => `+${amount}`,
  same: (price) => `Still ${price}. Charging does not pause.`,
  total: 'New limit',
  most: 'At most on top, tax incl.',
  quoting: 'Checking the price',
  hold: (sum) => `Hold another ${sum}`,
  free: 'Add it free of charge',
  adding: 'Passing it on',
  leaving: 'Opening the payment page. One moment.',
  again: 'Check the price again',
  pay: (sum) => `Pay for the extra ${sum}`,
  reasons: {
    session_over: 'The charge had ended before.',
    too_late: 'The present limit was reached before.',
    payment_expired: 'It was not paid in time.',
    declined: 'Your card company declined.',
  },
  states: {
    authorising: {
      title: 'Checking the extra payment',
      beside: '',
      text: () => 'Charging goes on up to the present limit.',
      unpaid: 'The limit rises once the payment page has confirmed. Charging goes on meanwhile.',
    },
    applying: {
      title: 'Telling the meter the new limit',
      beside: '',
      text: (amount) => `${amount} more. Usually a few seconds.`,
    },
    added: {
      title: 'Added',
      beside: '',
      text: (amount) => `It now charges up to the new limit, ${amount} more.`,
    },
    refused: {
      title: 'It could not be added',
      beside: '',
      text: () => 'Nothing extra is charged. Charging goes on up to the limit it had.',
    },
    cancelled: {
      title: 'Nothing was added',
      beside: '',
      text: () => 'Nothing extra is charged. Charging goes on up to the limit it had.',
    },
  },
};
