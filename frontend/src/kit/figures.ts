/** Numbers as people read them: figures and unit apart, so that the unit can stand smaller. */

export type Language = 'ja' | 'en';

/** Figures with the units that follow them: `[['1', '時間'], ['20', '分']]`. */
export type Figure = readonly (readonly [figures: string, unit: string])[];

const UNITS = {
  ja: { hour: '時間', minute: '分', second: '秒' },
  en: { hour: 'h', minute: 'min', second: 's' },
} as const;

/** Thousands apart. By hand: the browser's own way takes a slow phone longer than the page. */
const apart = (digits: string) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

const grouped = (value: number, decimals = 0) => {
  const scale = 10 ** decimals;
  return apart((Math.round(value * scale + 1e-6) / scale).toFixed(decimals));
};

/** Cut off, not rounded: nobody is shown energy that the meter has not counted. */
const cut = (value: number, decimals: number) =>
  Math.floor(value * 10 ** decimals + 1e-6) / 10 ** decimals;

export function yen(price_yen: number, language: Language): Figure {
  const figures = grouped(Math.floor(price_yen));
  return language === 'ja' ? [[figures, '円']] : [[`¥${figures}`, '']];
}

/** Energy in kWh: two decimals live and on bills, one when choosing. */
export function energy(energy_wh: number, decimals: 1 | 2 = 2): Figure {
  return [[grouped(cut(energy_wh / 1_000, decimals), decimals), 'kWh']];
}

/** Chosen energy: one decimal, or two where one would hide the step. */
export function chosen(energy_wh: number): Figure {
  return energy(energy_wh, energy_wh % 100 === 0 ? 1 : 2);
}

/** Power in kW with two decimals (one for a plain limit); under 0.1 kW in W. */
export function power(power_w: number, decimals: 1 | 2 = 2): Figure {
  return power_w < 100
    ? [[grouped(Math.round(power_w)), 'W']]
    : [[grouped(power_w / 1_000, decimals), 'kW']];
}

export function carbon(carbon_g: number): Figure {
  return carbon_g <= 9_999 ? [[grouped(carbon_g), 'g']] : [[grouped(carbon_g / 1_000, 1), 'kg']];
}

/** A register in kWh as the meter counts it, two decimals. */
export function register(register_wh: number): string {
  return grouped(cut(register_wh / 1_000, 2), 2);
}

/** A price per kWh: as many decimals as it has, at most three. */
export function unitPrice(unit_price_myen_per_kwh: number, language: Language): string {
  const price = apart(String(unit_price_myen_per_kwh / 1_000));
  return language === 'ja' ? `${price} 円/kWh` : `¥${price}/kWh`;
}

/** A length of time in hours and minutes; under a minute, in seconds. */
export function length(duration_s: number, language: Language): Figure {
  const unit = UNITS[language];
  if (duration_s < 60) return [[String(Math.max(0, Math.floor(duration_s))), unit.second]];
  const minutes = Math.round(duration_s / 60);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return [[String(rest), unit.minute]];
  if (rest === 0) return [[String(hours), unit.hour]];
  return [
    [String(hours), unit.hour],
    [String(rest), unit.minute],
  ];
}

/** One line of text out of a figure, for labels and sentences. */
export function plain(figure: Figure, language: Language = 'en'): string {
  const gap = (unit: string) =>
    unit && !(language === 'ja' && ['時間', '分', '秒'].includes(unit)) ? ' ' : '';
  const between = language === 'ja' ? '' : ' ';
  return figure.map(([figures, unit]) => figures + gap(unit) + unit).join(between);
}

/** The same figure where it stands in a sentence: no line breaks between number and unit. */
export function unbroken(figure: string): string {
  return figure.replaceAll(' ', '\u00a0');
}
