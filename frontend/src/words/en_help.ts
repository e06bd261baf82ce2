/** English: when something is wrong, another device, sending a copy. */
import type { ChargingWords } from './ja_charging';

export const help: ChargingWords['help'] = {
  support: (number) => `Number for support ${number}`,
  report: {
    title: 'What is wrong?',
    kinds: {
      no_power: 'No power comes',
      slow: 'It charges slowly',
      damaged: 'The outlet is damaged',
      blocked: 'A car or thing is in the way',
      price: 'The price is wrong',
      other: 'Something else',
    },
    words: 'In your words (optional)',
    wordsHint: 'Leave out names and telephone numbers.',
    send: 'Tell the site',
    sending: 'Sending',
    sent: 'The site has been told',
    sentBeside: '',
    sentText: 'Thank you. Its staff will look at it. No reply will come.',
    sentNumber: (number) => `Report number ${number}`,
  },
  link: {
    open: 'See it on another device',
    title: 'See it on another device',
    text: 'Another phone or a computer can follow this charge too.',
    warn: 'Whoever has the link can also stop this charge.',
    making: 'Making the link',
    qr: 'The link as a QR',
    share: 'Send the link',
    copy: 'Copy the link',
    copied: 'Copied.',
    uncopied: 'It could not be copied. Select the link below by hand.',
  },
};
