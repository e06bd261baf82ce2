/** The calls behind the sheets: cards, adding to a charge, reports, and another device by link. */
import { type Client, makeClient } from './client';
import type { AdditionQuote, AdditionRequest, Card, Report } from './doors';
import type { Session } from './types';
import { observe } from '../kit/server_clock.svelte';

const at = (...parts: string[]) => `/api/${parts.map(encodeURIComponent).join('/')}`;
const keyed = (key?: string) => (key === undefined ? {} : { key });

/** What a report is about: a charge, or an outlet without one. */
export type About = { session_id: string } | { code: string };

export interface DoorCalls {
  cards(signal?: AbortSignal): Promise<Card[]>;
  forgetCard(card_id: string): Promise<void>;
  additionQuote(
    id: string,
    request: AdditionRequest,
    signal?: AbortSignal,
  ): Promise<AdditionQuote>;
  add(id: string, quote_id: string, card_id: string | null, key?: string): Promise<Session>;
  report(about: About, report: Report, key?: string): Promise<{ report_id: string }>;
  link(id: string, key?: string): Promise<{ url: string }>;
  join(id: string, token: string, key?: string): Promise<void>;
}

export function makeDoorCalls(client: Client = makeClient()): DoorCalls {
  const post = <T>(path: string, body: object, key?: string) =>
    client.post<T>(path, { body, ...keyed(key) });
  return {
    cards: async (signal) => (await client.get<{ cards: Card[] }>(at('cards'), signal)).cards,
    forgetCard: (card_id) => client.remove(at('cards', card_id)),
    additionQuote: (id, body, signal) =>
      client.post(at('sessions', id, 'addition-quotes'), { body, ...(signal && { signal }) }),
    add: async (id, quote_id, card_id, key) => {
      const body = { quote_id, card_id };
      const session = await post<Session>(at('sessions', id, 'additions'), body, key);
      observe(session.now_ms);
      return session;
    },
    report: (about, report, key) => {
      const room = 'code' in about ? at('outlets', about.code) : at('sessions', about.session_id);
      return post(`${room}/reports`, report, key);
    },
    link: (id, key) => post(at('sessions', id, 'link'), {}, key),
    join: (id, token, key) => post(at('sessions', id, 'join'), { token }, key),
  };
}

export const doorCalls: DoorCalls = makeDoorCalls();
