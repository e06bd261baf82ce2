/** The calls the phone makes, by what they are for. */
import { type Client, makeClient } from './client';
import type { Outlet, Quote, QuoteRequest, Receipt, Session, SessionLine } from './types';
import type { SessionRequest } from './types';
import { observe } from '../kit/server_clock.svelte';

const at = (...parts: string[]) => `/api/${parts.map(encodeURIComponent).join('/')}`;

export interface Calls {
  outlet(code: string, signal?: AbortSignal): Promise<Outlet>;
  quote(request: QuoteRequest, key?: string, signal?: AbortSignal): Promise<Quote>;
  start(request: SessionRequest, key?: string, signal?: AbortSignal): Promise<Session>;
  sessions(signal?: AbortSignal): Promise<SessionLine[]>;
  session(id: string, signal?: AbortSignal): Promise<Session>;
  stop(id: string, key?: string): Promise<Session>;
  goOn(id: string, key?: string): Promise<Session>;
  /** Power again, after the pause of this number. */
  resume(id: string, key: string | undefined, pause: number): Promise<Session>;
  payAgain(id: string, key?: string): Promise<Session>;
  receipt(id: string, signal?: AbortSignal): Promise<Receipt>;
  eventsUrl(id: string): string;
}

/** Every answer that carries the server's time also sets our clock by it. */
async function timed<T extends { now_ms: number }>(answer: Promise<T>): Promise<T> {
  const value = await answer;
  observe(value.now_ms);
  return value;
}

const keyed = (key?: string) => (key === undefined ? {} : { key });
const ending = (signal?: AbortSignal) => (signal === undefined ? {} : { signal });

export function makeCalls(client: Client = makeClient()): Calls {
  const act = (id: string, verb: string, key?: string) =>
    timed(client.post<Session>(at('sessions', id, verb), keyed(key)));
  return {
    outlet: (code, signal) => timed(client.get<Outlet>(at('outlets', code), signal)),
    quote: (body, key, signal) =>
      timed(client.post<Quote>(at('quotes'), { body, ...keyed(key), ...ending(signal) })),
    start: (body, key, signal) =>
      timed(client.post<Session>(at('sessions'), { body, ...keyed(key), ...ending(signal) })),
    sessions: async (signal) =>
      (await client.get<{ sessions: SessionLine[] }>(at('sessions'), signal)).sessions,
    session: (id, signal) => timed(client.get<Session>(at('sessions', id), signal)),
    stop: (id, key) => act(id, 'stop', key),
    goOn: (id, key) => act(id, 'continue', key),
    resume: (id, key, pause) =>
      timed(client.post<Session>(at('sessions', id, 'resume'), { body: { pause }, ...keyed(key) })),
    payAgain: (id, key) => act(id, 'payment', key),
    receipt: (id, signal) => client.get<Receipt>(at('sessions', id, 'receipt'), signal),
    eventsUrl: (id) => at('sessions', id, 'events'),
  };
}

export const calls: Calls = makeCalls();
