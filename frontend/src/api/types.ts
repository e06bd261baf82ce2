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

export type SessionState = Answer<'/api/sessions/{session_id}', 'get'>['state'];
export type FinalState = Extract<
  SessionState,
  'settled' | 'cancelled' | 'refused' | 'start_failed'
>;
export type LiveState = Exclude<SessionState, FinalState>;

export type EndReason = Schema['Reason'];

export type Payment = Schema['PaymentView'];
export type PaymentState = Payment['state'];

/** One point of the curve: instant (ms), power (W), energy since the start (Wh). */
export type Sample = [at_ms: number, power_w: number, used_wh: number];

export type Session = Narrowed<
  Answer<'/api/sessions/{session_id}', 'get'> &
    Answer<'/api/sessions/{session_id}/stop' | '/api/sessions/{session_id}/continue', 'post'> &
    Answer<'/api/sessions/{session_id}/payment' | '/api/sessions', 'post'>,
  { samples: Sample[] }
>;

export type SessionLine = Answer<'/api/sessions', 'get'>['sessions'][number];
export type Receipt = Answer<'/api/sessions/{session_id}/receipt', 'get'>;

/** Who sits at the desk. */
export type Operator = Answer<'/api/operators/me', 'get'> &
  Answer<'/api/operators/sign-in', 'post'>;
export type SessionFacts = Answer<'/api/operators/sessions/{session_id}/stop', 'post'>;

export type MeterFacts = Schema['MeterFacts'];
export type OutletLine = Answer<'/api/operators/outlets/{code}/lock', 'put'>;
export type Board = Answer<'/api/operators/outlets', 'get'>;

export type LinkTest = Schema['LinkTest'];
export type HopFacts = Schema['HopFacts'];
export type ReportFacts = Schema['ReportFacts'];
/** A charge that was looked for by its number. */
export type FoundCharge = Schema['FoundCharge'];
/** A bill that met a late register. */
export type LateBill = Schema['LateBill'];
/** Who did what to an outlet, when and why. */
export type Act = Schema['ActLine'];

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
