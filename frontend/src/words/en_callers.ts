/** English: the part of the desk that finds a charge by its number, and late readings. */
import type { CallersWords } from './ja_callers';

export const enCallers: CallersWords = {
  find: {
    title: 'Find by number',
    text: 'Ask the caller to read out the “Number for support” on their screen. Charges that are over are found too.',
    field: 'Number for support (8 characters)',
    search: 'Find',
    searching: 'Looking',
    none: (number) => `No charge at this facility has the number ${number}.`,
    noneText: 'Ask again, character by character. Charges at other facilities are not shown.',
    ended: 'Ended',
    began: 'Began',
    why: 'Why it ended',
    tell: {
      interrupted:
        'Tell them: an outage paused it, waiting costs nothing, and once power is back their screen asks whether to go on.',
      power_back: 'Tell them: power is back. “Go on charging” on their screen goes on from here.',
    },
    over: {
      settled: 'Over',
      cancelled: 'Called off',
      refused: 'Not paid',
      start_failed: 'Did not start',
    },
    reasons: {
      energy_limit: 'The chosen energy was reached',
      time_limit: 'The chosen time was over',
      money_limit: 'The chosen sum was reached',
      driver: 'Its driver stopped it',
      operator: 'The facility stopped it',
      no_load: 'Nothing was plugged in',
      load_gone: 'No power flowed any more',
      link_lost: 'The meter no longer answered',
      power_lost: 'The power failed',
      start_failed: 'The switch could not be closed',
      payment_expired: 'It was not paid',
    },
  },
  bills: {
    title: 'Late readings',
    text: 'Charges whose meter told its true reading after the bill was made, newest first.',
    none: 'None. Every bill is what its meter says.',
    heard: (when) => `Came ${when}`,
    energy: (billed, used) => `Billed ${billed} → meter ${used}`,
    unbilled: {
      title: (sum) => `${sum} was not billed`,
      text: 'The driver is not asked for it. It stands in the books as unbilled. Nothing to do.',
    },
    backDone: {
      title: (sum) => `${sum} went back to the card`,
      text: 'The driver’s screen shows the corrected receipt. Nothing to do.',
    },
    backLowered: {
      title: (sum) => `The bill was lowered by ${sum}`,
      text: 'It had not been paid, so nothing goes back. Nothing to do.',
    },
    backOwed: {
      title: (sum) => `${sum} is on its way back`,
      text: 'It goes back by itself. If this still stands after a day, tell whoever runs the system the charge’s number.',
    },
  },
  number: (number) => `Charge ${number}`,
  report: (number) => `Report ${number}`,
};
