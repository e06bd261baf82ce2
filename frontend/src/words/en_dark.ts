/** English: a charge that an outage interrupted, and after power is back. */
import type { ChargingWords } from './ja_charging';

export const dark: ChargingWords['dark'] = {
  title: 'Paused by a power outage',
  beside: '',
  because: {
    area: 'The power is out in the area. It is not your doing, nor your car’s.',
    outlet: 'Only this outlet has no power. It is not out around it.',
    unknown: 'The outlet has no power. We cannot tell yet whether the whole area is out.',
  },
  expected: 'Expected back',
  about: (at) => `~${at}`,
  unknownYet: 'Unknown',
  whenKnown: 'shown here as soon as it is known',
  nextWord: (at) => `next word ${at}`,
  overdue: (at) => `It was expected by ${at}. A new time follows as soon as it is known.`,
  since: 'Out since',
  ago: (length) => ` (${length} ago)`,
  rest: 'To go',
  free: 'Costs nothing while the power is out.',
  next: 'When power is back, you choose: go on, or finish here. It needs no new payment.',
  until: (at) => `If it is not back by ${at}, it ends by itself and you pay only for what has flowed.`,
  timeGoesOn: (left) => `The time you chose goes on meanwhile (${left} left).`,
  end: (sum) => `Finish here (${sum})`,
  endNow: 'Finish here',
  endFree: 'Finish here (nothing to pay)',
  ask: {
    title: 'Finish here?',
    text: (sum) => `You pay ${sum} for what has flowed. It cannot go on from here afterwards.`,
    freeText: (sum) =>
      `The ${sum} so far is less than a card can be charged: you pay nothing. It cannot go on from here afterwards.`,
    wait: 'Wait for the power',
    no: 'Not yet',
  },
  back: {
    title: 'Power is back',
    beside: '',
    text: 'You can go on with no new payment. Nothing flows until you say so.',
    until: 'You can choose',
    till: (at) => `until ${at}`,
    else: 'Else it ends by itself, and you pay only for what has flowed.',
    resume: 'Go on charging',
    resumeRest: (rest) => `Go on charging (${rest})`,
  },
  turn: 'After an outage the outlets are switched on one after another. It may take a little.',
  resumed: 'Charging again',
  resumedBeside: '',
};
