/** The calls the desk makes, by what they are for. */
import { type Client, makeClient } from './client';
import { type BoardTold, browserBoard, followBoard } from './follow_board';
import type {
  Act,
  Board,
  FoundCharge,
  LateBill,
  Operator,
  OutletLine,
  SessionFacts,
} from './types';

const at = (...parts: string[]) => `/api/operators/${parts.map(encodeURIComponent).join('/')}`;

/** Labels that the server prints at once. */
export const LABELS_MAX = 100;

export interface DeskCalls {
  me(signal?: AbortSignal): Promise<Operator>;
  signIn(name: string, password: string): Promise<Operator>;
  signOut(): Promise<void>;
  board(signal?: AbortSignal): Promise<Board>;
  /** Tells of every change of the board until it is ended. */
  follow(told: BoardTold): { end: () => void };
  lock(code: string, locked: boolean, why: string, key: string): Promise<OutletLine>;
  /** `why` may be empty. */
  stop(session_id: string, why: string, key: string): Promise<SessionFacts>;
  loopback(code: string, key: string): Promise<OutletLine>;
  linkTrace(code: string, key: string): Promise<OutletLine>;
  /** The facility's charges with this short number, running or over. */
  numbered(number: string, signal?: AbortSignal): Promise<FoundCharge[]>;
  /** Bills whose meter spoke after they were made, the newest first. */
  lateBills(signal?: AbortSignal): Promise<LateBill[]>;
  acts(code: string, signal?: AbortSignal): Promise<Act[]>;
  answerReport(report_id: string, note: string, key: string): Promise<OutletLine>;
}

export function makeDeskCalls(client: Client = makeClient()): DeskCalls {
  return {
    me: (signal) => client.get<Operator>(at('me'), signal),
    signIn: (name, password) => client.post<Operator>(at('sign-in'), { body: { name, password } }),
    signOut: () => client.post<void>(at('sign-out')),
    board: (signal) => client.get<Board>(at('outlets'), signal),
    follow: (told) => followBoard(at('board', 'events'), told, browserBoard),
    lock: (code, locked, why, key) =>
      client.put<OutletLine>(at('outlets', code, 'lock'), { body: { locked, why }, key }),
    stop: (id, why, key) =>
      client.post<SessionFacts>(at('sessions', id, 'stop'), { body: why ? { why } : {}, key }),
    loopback: (code, key) => client.post<OutletLine>(at('outlets', code, 'loopback'), { key }),
    linkTrace: (code, key) => client.post<OutletLine>(at('outlets', code, 'link-trace'), { key }),
    numbered: async (number, signal) =>
      (
        await client.get<{ sessions: FoundCharge[] }>(
          `${at('sessions')}?number=${encodeURIComponent(number)}`,
          signal,
        )
      ).sessions,
    lateBills: async (signal) =>
      (await client.get<{ late_bills: LateBill[] }>(at('late-bills'), signal)).late_bills,
    acts: async (code, signal) =>
      (await client.get<{ acts: Act[] }>(at('outlets', code, 'acts'), signal)).acts,
    answerReport: (id, note, key) =>
      client.put<OutletLine>(at('reports', id, 'answer'), { body: { note }, key }),
  };
}

/** Where the label sheet of these outlets is; of all outlets when none is named. */
export function labelsUrl(codes: readonly string[]): string {
  const query = codes.length > 0 ? `?codes=${codes.map(encodeURIComponent).join(',')}` : '';
  return at('labels.pdf') + query;
}

export const deskCalls: DeskCalls = makeDeskCalls();
