/** English: without a network, being told, and a new version. */
import type { ChargingWords } from './ja_charging';

export const offline: ChargingWords['offline'] = {
  tag: 'Old',
  was: {
    authorising: 'the payment was being checked',
    starting: 'the power was being switched on',
    charging: 'it was charging',
    interrupted: 'it was paused by a power outage',
    idle: 'no power was being drawn',
    paused: 'it was waiting to be resumed',
    resuming: 'it was being resumed',
    link_lost: 'it was waiting for the meter',
    stopping: 'it was stopping',
    settling: 'the bill was being worked out',
    settled: 'it had finished',
    cancelled: 'it was cancelled',
    refused: 'it was not paid',
    start_failed: 'it could not start',
  },
  then: (at, was) => `At ${at}, ${was}.`,
  changed: 'It may have changed since.',
  list: 'You are offline. Below is the last this phone heard.',
  charged: 'Charged',
  meter: 'Meter',
  noMore: 'You can add more once you are connected.',
  notYet: 'Not stopped yet',
  notYetText: 'The server has not heard. It is told by itself as soon as you are connected.',
};

export const newer: ChargingWords['newer'] = {
  title: 'There is a new version',
  take: 'Update',
};

export const tell: ChargingWords['tell'] = {
  offer: 'Tell me when it is done',
  offerPower: 'Tell me when power is back',
  what: 'This phone is told when it finishes, when it stops, and when no power is drawn.',
  whatPower: 'This phone is told when power is back, and when it finishes.',
  asking: 'Checking the phone’s settings',
  on: 'On',
  onText: 'Also with the screen closed. Press again to end it.',
  denied: 'This phone blocks messages from this site',
  deniedText: 'Allow notifications for this site in the browser’s settings.',
  failed: 'It could not be set up. Press again.',
  homeScreen: 'Add it to the Home Screen to be told',
  share: 'Press the share button.',
  add: 'Choose “Add to Home Screen”.',
  open: 'Open Konsento from the Home Screen, and press here again.',
};
