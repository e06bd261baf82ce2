/** The doors of push: the server's key, this phone's address there, and its end. */
import { type Client, makeClient } from './client';
import { Problem } from './problem';

export interface PushAddress {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

export interface PushCalls {
  /** The server's public key, or null where it sends no push. */
  key(signal?: AbortSignal): Promise<string | null>;
  tell(address: PushAddress, language: 'ja' | 'en'): Promise<void>;
  forget(endpoint: string): Promise<void>;
}

export function makePushCalls(client: Client = makeClient()): PushCalls {
  return {
    key: (signal) =>
      client.get<{ public_key: string }>('/api/push/key', signal).then(
        ({ public_key }) => public_key,
        (why: unknown) => {
          if (why instanceof Problem && why.status === 404) return null;
          throw why;
        },
      ),
    tell: (address, language) =>
      client.put('/api/push/subscription', { body: { ...address, language } }),
    forget: (endpoint) => client.post('/api/push/forget', { body: { endpoint } }),
  };
}

export const pushCalls: PushCalls = makePushCalls();
