/** The street as the demo's control API tells it. */
import type { Text } from '../api/types';

export type Plugged = 'car' | 'bike' | 'kettle' | null;
export type StreetAct =
  | 'plug_car'
  | 'plug_bike'
  | 'plug_kettle'
  | 'unplug'
  | 'cut_link'
  | 'mend_link'
  | 'cut_power'
  | 'restore_power';

export interface StreetOutlet {
  outlet: string;
  code: string;
  label: string;
  place: Text;
  voltage_v: number;
  switch: 'open' | 'closed';
  link: 'up' | 'cut';
  power: 'on' | 'off';
  plugged: Plugged;
  power_w: number;
  register_wh: number;
  qr_url: string;
}

export interface Street {
  now_ms: number;
  /** Seconds of the street in one of ours. */
  rate: number;
  /** Where a phone reaches this server. */
  public_url: string;
  outlets: StreetOutlet[];
}

export interface Mail {
  at_ms: number;
  to: string;
  subject: string;
  text: string;
  message_id: string;
  html: string | null;
}

export interface CutPlace {
  what: string;
  code: string;
  from_ms: number;
}

/** An outage as the outage room answers it; what the page does not show is left out. */
export interface TownOutage {
  outage: string;
  kind: 'fault' | 'planned';
  scope: 'area' | 'own_premises';
  started_at_ms: number | null;
  restored_at_ms: number | null;
  places: string[];
  households_out: number;
  households_out_max: number;
  retracted: boolean;
  sentence_ja: string;
  sentence_en: string;
}

/** What a storm broke, or what was mended. */
export interface Happened {
  at_ms: number;
  what: string;
  code: string;
  mended: boolean;
  homes: number;
}

/** What people were told, of which place. */
export interface ToldOf {
  at_ms: number;
  news: 'told' | 'restored' | 'taken_back';
  place: string;
  own: boolean;
  homes: number;
  sentence_ja: string;
  sentence_en: string;
}

export interface Storm {
  from_ms: number;
  until_ms: number;
  happened: Happened[];
  told: ToldOf[];
}

export interface Town {
  now_ms: number;
  meters: number;
  dark: number;
  /** Meters that have power and cannot be heard. */
  unheard: number;
  cuts: CutPlace[];
  /** What can be cut, by kind. */
  places: Record<string, string[]>;
  outages: TownOutage[];
  storm: Storm | null;
}
