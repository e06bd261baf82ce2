/** How an outlet that cannot be used looks: shape, colour, and how loud. */
import type { Outlet } from '../api/types';

export type OutletLook =
  | 'busy'
  | 'no_power'
  | 'faulty'
  | 'unreachable'
  | 'yours'
  | 'yours_dark';

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
  yours_dark: { meaning: 'danger', icon: 'off', soft: false },
};

export function outletLook({ state, session_id, dark_because }: Outlet): OutletLook {
  const dark = state === 'no_power' || Boolean(dark_because);
  if (session_id !== null) return dark ? 'yours_dark' : 'yours';
  // Somebody's charge may wait there for power; who comes now can only go elsewhere.
  if (dark) return 'no_power';
  return state === 'free' ? 'busy' : state;
}
