/** How an outlet that cannot be used looks: shape, colour, and how loud. */
import type { Outlet } from '../api/types';

export type OutletLook = 'busy' | 'no_power' | 'faulty' | 'unreachable' | 'yours';

interface Look {
  meaning: 'calm' | 'act' | 'danger' | 'unk';
  icon: string;
  soft: boolean;
}

export const OUTLET_LOOK: Record<OutletLook, Look> = {
  busy: { meaning: 'unk', icon: 'clock', soft: true },
  no_power: { meaning: 'danger', icon: 'off', soft: false },
  faulty: { meaning: 'act', icon: 'warn', soft: false },
  unreachable: { meaning: 'unk', icon: 'unk', soft: true },
  yours: { meaning: 'calm', icon: 'bolt', soft: true },
};

export function outletLook({ state, session_id }: Outlet): OutletLook {
  if (session_id !== null) return 'yours';
  return state === 'free' ? 'busy' : state;
}
