/**
 * What the management server answers, under the names this side uses.
 *
 * Made of `schema.d.ts`, which is generated from the server's schema and never edited: a field
 * that the server renames, drops or may leave empty fails the type check here and where it is
 * read. Instants are epoch milliseconds (`_ms`), energy whole watt hours, power whole watts,
 * money whole yen, unit price thousandths of a yen per kWh, carbon whole grams.
 */
import type { components, paths } from './schema';

type Schema = components['schemas'];
interface Json<T> {
  content: { 'application/json': T };
}

/** What a path answers when it goes well; `never` when there is no such path any more. */
type Answer<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  responses: { 200: Json<infer T> } | { 201: Json<infer T> };
}
  ? T
  : never;

/** What a path is asked with. */
type Asked<P extends keyof paths> = paths[P] extends { post: { requestBody: Json<infer T> } }
  ? T
  : never;

/** A field of `S` that the schema leaves wider than the server ever fills it. */
type Narrowed<S, N extends { [K in keyof N]: K extends keyof S ? S[K] : never }> = Omit<
  S,
  keyof N
> &
  N;

export type Text = Schema['Text'];
export type By = Schema['By'];
export type PowerType = Schema['PowerType'];

export type Offer = Schema['OfferView'];
export type Limits = Schema['Bounds'];
export type Outlet = Answer<'/api/outlets/{code}', 'get'>;
export type OutletState = Outlet['state'];

export type QuoteRequest = Asked<'/api/quotes'>;
export type Quote = Answer<'/api/quotes', 'post'>;
export type SessionRequest = Asked<'/api/sessions'>;

export type SessionState = Schema['State'];
export type FinalState = Extract<
  SessionState,
  'settled' | 'cancelled' | 'refused' | 'start_failed'
>;
export type LiveState = Exclude<SessionState, FinalState>;

export type EndReason =
  | 'energy_limit'
  | 'time_limit'
  | 'money_limit'
  | 'driver'
  | 'operator'
  | 'no_load'
  | 'load_gone'
  | 'link_lost'
  | 'power_lost'
  | 'start_failed'
  | 'payment_expired';

export type Payment = Schema['PaymentView'];
export type PaymentState = Payment['state'];

/** One point of the curve: instant (ms), power (W), energy since the start (Wh). */
export type Sample = [at_ms: number, power_w: number, used_wh: number];

export type Session = Narrowed<
  Answer<'/api/sessions/{session_id}', 'get'> &
    Answer<'/api/sessions/{session_id}/stop' | '/api/sessions/{session_id}/continue', 'post'> &
    Answer<'/api/sessions/{session_id}/payment' | '/api/sessions', 'post'>,
  {
    by: By;
    counted_from: 'switch_on' | 'first_use';
    power_type: PowerType;
    end_reason: EndReason | null;
    samples: Sample[];
  }
>;

export type SessionLine = Narrowed<
  Answer<'/api/sessions', 'get'>['sessions'][number],
  { power_type: PowerType }
>;

export type Receipt = Narrowed<
  Answer<'/api/sessions/{session_id}/receipt', 'get'>,
  { power_type: PowerType; end_reason: EndReason | null }
>;

/** Who sits at the desk. */
export type Operator = Answer<'/api/operators/me', 'get'> &
  Answer<'/api/operators/sign-in', 'post'>;
export type SessionFacts = Answer<'/api/operators/sessions/{session_id}/stop', 'post'>;

export type MeterFacts = Narrowed<
  Schema['MeterFacts'],
  {
    switch: 'open' | 'closed' | 'unknown';
    link: 'up' | 'lost' | 'unknown';
    power: 'on' | 'off' | 'unknown';
  }
>;

export type OutletLine = Narrowed<
  Answer<'/api/operators/outlets/{code}/lock', 'put'>,
  { meter: MeterFacts | null }
>;
export type Board = Narrowed<
  Answer<'/api/operators/outlets', 'get'>,
  { outlets: OutletLine[] }
>;

const FINAL: Readonly<Record<FinalState, true>> = {
  settled: true,
  cancelled: true,
  refused: true,
  start_failed: true,
};

/** Whether nothing more can happen to a session in this state. */
export function isFinal(state: SessionState): state is FinalState {
  return Object.hasOwn(FINAL, state);
}
