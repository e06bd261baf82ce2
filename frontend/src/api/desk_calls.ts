/** The calls the desk makes, by what they are for. */
import { type Client, makeClient } from './client';
import type { Board, Operator, OutletLine, SessionFacts } from './types';

const at = (...parts: string[]) => `/api/operators/${parts.map(encodeURIComponent).join('/')}`;

/** Labels that the server prints at once. */
export const LABELS_MAX = 100;

export interface DeskCalls {
  me(signal?: AbortSignal): Promise<Operator>;
  signIn(name: string, password: string): Promise<Operator>;
  signOut(): Promise<void>;
  board(signal?: AbortSignal): Promise<Board>;
  lock(code: string, locked: boolean, key: string): Promise<OutletLine>;
  stop(session_id: string, key: string): Promise<SessionFacts>;
}

export function makeDeskCalls(client: Client = makeClient()): DeskCalls {
  return {
    me: (signal) => client.get<Operator>(at('me'), signal),
    signIn: (name, password) => client.post<Operator>(at('sign-in'), { body: { name, password } }),
    signOut: () => client.post<void>(at('sign-out')),
    board: (signal) => client.get<Board>(at('outlets'), signal),
    lock: (code, locked, key) =>
      client.put<OutletLine>(at('outlets', code, 'lock'), { body: { locked }, key }),
    stop: (id, key) => client.post<SessionFacts>(at('sessions', id, 'stop'), { key }),
  };
}

/** Where the label sheet of these outlets is; of all outlets when none is named. */
export function labelsUrl(codes: readonly string[]): string {
  const query = codes.length > 0 ? `?codes=${codes.map(encodeURIComponent).join(',')}` : '';
  return at('labels.pdf') + query;
}

export const deskCalls: DeskCalls = makeDeskCalls();
