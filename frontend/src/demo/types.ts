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
}
