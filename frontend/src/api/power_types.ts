/** A customer's meters: what is asked of the server there, and what it answers. */
import type { components } from './schema';

type Schema = components['schemas'];

export type MyPower = Schema['MyPower'];
export type MyMeter = Schema['MyMeter'];
export type PowerOutage = Schema['PowerOutage'];
export type PlannedWorks = Schema['PlannedWorks'];
/** A registration as it can be changed. */
export type Meter = Schema['MeterView'];
export type MeterWish = Schema['MeterWish'];
export type MailList = Schema['MailsOf']['mail_list'];
