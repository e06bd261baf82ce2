/** English: when something did not work. What happened, what it cost, what next. */
import type { Words } from './ja';

export const problems: Words['problems'] = {
  support: (reference) => `For support: ${reference}`,
  free: 'Nothing is charged.',
  said: {
    'no-answer': {
      title: 'The server does not answer',
      beside: '',
      text: 'Try again where the signal is better. Your choice is kept.',
    },
    unreadable: {
      title: 'This does not work right now',
      beside: '',
      text: 'The server has trouble. Wait a little and try again.',
    },
    'unknown-outlet': {
      title: 'There is no outlet with this code',
      beside: '',
      text: 'Compare the code with the label.',
    },
    'mistyped-code': {
      title: 'This code does not check',
      beside: '',
      text: 'Compare the code with the label.',
    },
    'too-many-tries': {
      title: 'Too many codes in a row',
      beside: '',
      text: 'Wait a little and try again.',
    },
    'outlet-busy': {
      title: 'Somebody was a moment faster',
      beside: '',
      text: 'The outlet is in use now. Wait until it is free, or try the one next to it.',
    },
    'outlet-without-power': {
      title: 'No power here',
      beside: '',
      text: 'It is not your doing, nor your car’s.',
    },
    'outlet-faulty': {
      title: 'This outlet is out of order',
      beside: '',
      text: 'A fault was reported. Try the outlet next to it.',
    },
    'outlet-unreachable': {
      title: 'The meter does not answer',
      beside: '',
      text: 'We cannot tell right now whether the outlet works.',
    },
    'amount-out-of-bounds': {
      title: 'This amount cannot be chosen',
      beside: '',
      text: 'The bounds have changed. Choose the amount again.',
    },
    'not-offered': {
      title: 'This power cannot be chosen now',
      beside: '',
      text: 'The offer has changed. Choose the power again.',
    },
    'unknown-quote': {
      title: 'The price note is gone',
      beside: '',
      text: 'Press again and the price is checked anew.',
    },
    'quote-used': {
      title: 'This charge has already started',
      beside: '',
      text: 'It also opens from the history.',
    },
    'quote-expired': {
      title: 'The price is no longer held',
      beside: '',
      text: 'Press again: the present price is checked first.',
    },
    'unknown-session': {
      title: 'This charge cannot be found',
      beside: '',
      text: 'Open it on the phone and browser that started it.',
    },
    'not-settled': {
      title: 'No receipt yet',
      beside: '',
      text: 'It appears when the bill is worked out.',
    },
    'no-page': {
      title: 'There is no such page',
      beside: '',
      text: 'Check the address.',
    },
    other: {
      title: 'That did not work',
      beside: '',
      text: 'Wait a little and try again.',
    },
  },
  waitFor: (length) => `You can try again in ${length}.`,
  position: (n) => `Look at character ${n} again.`,
};
