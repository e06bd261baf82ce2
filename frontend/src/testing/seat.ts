/** A seat at the desk before a board of one's own; what is told to the server is heard. */
import { render, screen } from '@testing-library/svelte';
import type { DeskCalls } from '../api/desk_calls';
import { Problem } from '../api/problem';
import type { Act, Board, LinkTest } from '../api/types';
import Desk from '../desk/Desk.svelte';
import { aLine, facts } from './car_park';
import { NOON_MS } from './okayama';

export const WHO = {
  name: 'okayama',
  facility: 'okayama-west',
  facility_name: { ja: '岡山駅西口駐車場', en: 'Okayama Station West car park' },
};
const LOCKED: Act = {
  kind: 'lock',
  by: 'okayama',
  number: null,
  why: '点検 <b>',
  at_ms: NOON_MS,
};
export const PINGED: LinkTest = {
  answered: true,
  round_trip_ms: 82,
  hops: [],
  broken_before: null,
  at_ms: NOON_MS,
};
export const TRACED: LinkTest = {
  answered: false,
  round_trip_ms: null,
  hops: [
    { name: 'head_end', answered: true, round_trip_ms: 12 },
    { name: 'concentrator', answered: true, round_trip_ms: 31 },
    { name: 'relay', answered: false, round_trip_ms: null },
    { name: 'meter', answered: false, round_trip_ms: null },
  ],
  broken_before: 'relay',
  at_ms: NOON_MS,
};
export const NOBODY = new Problem('not-signed-in', 401, '');

/** A desk on this board; what it tells the server is heard. */
export async function sit(board: Board, different: Partial<DeskCalls> = {}) {
  const heard: string[] = [];
  const calls: DeskCalls = {
    me: () => Promise.resolve(WHO),
    signIn: () => Promise.resolve(WHO),
    signOut: () => Promise.resolve(void heard.push('signOut')),
    board: () => Promise.resolve(board),
    follow: (told) => {
      told.onLink(true);
      told.onBoard(board);
      return { end: () => {} };
    },
    loopback: (code) => {
      heard.push('loopback');
      return Promise.resolve(aLine(1, { code, tests: { loopback: PINGED, link_trace: null } }));
    },
    linkTrace: (code) => {
      heard.push('linkTrace');
      return Promise.resolve(aLine(1, { code, tests: { loopback: null, link_trace: TRACED } }));
    },
    numbered: () => Promise.resolve([]),
    lateBills: () => Promise.resolve([]),
    acts: () => Promise.resolve([LOCKED]),
    answerReport: (id, note) => {
      heard.push(`answer ${id}: ${note}`);
      return Promise.resolve(aLine(1));
    },
    lock: (code, locked, why) => {
      heard.push(`${locked ? 'lock' : 'unlock'}: ${why}`);
      return Promise.resolve(aLine(1, { code, locked }));
    },
    stop: (id) => {
      heard.push(`stop ${id}`);
      return Promise.resolve(facts({ session_id: id, state: 'stopping' }));
    },
    ...different,
  };
  render(Desk, { calls });
  await settle();
  return heard;
}
export const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

/** What stands on the screen under this name and can be pressed. */
export const button = (name: string | RegExp) => screen.getByRole('button', { name });
