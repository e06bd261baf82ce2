/** The calls about a customer's own power: how it is, whom to tell, and the links in mails. */
import { type Client, makeClient } from './client';
import type { MailList, Meter, MeterWish, MyPower } from './power_types';
import { Problem, problemFrom } from './problem';
import { observe } from '../kit/server_clock.svelte';

const at = (...parts: string[]) => `/api/${parts.map(encodeURIComponent).join('/')}`;

export interface PowerCalls {
  power(signal?: AbortSignal): Promise<MyPower>;
  meters(signal?: AbortSignal): Promise<Meter[]>;
  register(wish: MeterWish, key?: string): Promise<{ registration_id: string }>;
  email(id: string, email: string | null): Promise<void>;
  planned(id: string, planned_mail: boolean): Promise<void>;
  unregister(id: string): Promise<void>;
  /** "Still out": the meter is asked, and its answer is told. */
  stillOut(id: string): Promise<void>;
  /** One notice on trial, by every way that is on. */
  tryNotices(id: string): Promise<void>;
}

/** What the links in mails open; each may be done twice. */
export interface MailCalls {
  confirm(token: string): Promise<{ registration_id: string | null }>;
  stop(token: string): Promise<{ mail_list: MailList }>;
  resume(token: string): Promise<{ mail_list: MailList }>;
}

export function makePowerCalls(client: Client = makeClient()): PowerCalls {
  return {
    power: async (signal) => {
      const power = await client.get<MyPower>(at('power'), signal);
      observe(power.now_ms);
      return power;
    },
    meters: async (signal) => (await client.get<{ meters: Meter[] }>(at('meters'), signal)).meters,
    register: (body, key) =>
      client.post(at('meters'), { body, ...(key === undefined ? {} : { key }) }),
    email: (id, email) => client.put(at('meters', id, 'email'), { body: { email } }),
    planned: (id, planned_mail) =>
      client.put(at('meters', id, 'planned'), { body: { planned_mail } }),
    unregister: (id) => client.remove(at('meters', id)),
    stillOut: (id) => client.post(at('power', id, 'still-out')),
    tryNotices: (id) => client.post(at('power', id, 'test')),
  };
}

/** As a mail provider stops mails for its reader (RFC 8058): a form, and no cookie. */
async function stop(token: string): Promise<{ mail_list: MailList }> {
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  let answer: Response;
  try {
    const asked = { method: 'POST', body, credentials: 'omit' } as const;
    answer = await fetch(at('mail', 'unsubscribe', token), asked);
  } catch (why) {
    throw new Problem('no-answer', 0, String(why));
  }
  const said: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw problemFrom(answer.status, said);
  return said as { mail_list: MailList };
}

export function makeMailCalls(client: Client = makeClient()): MailCalls {
  return {
    confirm: (token) => client.post(at('mail', 'confirm'), { body: { token } }),
    stop,
    resume: (token) => client.post(at('mail', 'resume'), { body: { token } }),
  };
}

export const powerCalls: PowerCalls = makePowerCalls();
export const mailCalls: MailCalls = makeMailCalls();
