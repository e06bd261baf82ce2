/** How each power type looks: its icon and its tint. */
import type { PowerType } from '../api/types';

export const POWER_LOOK: Record<PowerType, { icon: string; tint: string }> = {
  solar: { icon: 'sun', tint: 'h-sun' },
  wind: { icon: 'wind', tint: 'h-wind' },
  hydro: { icon: 'drop', tint: 'h-drop' },
  geothermal: { icon: 'geo', tint: 'h-geo' },
  other: { icon: 'gas', tint: '' },
};
