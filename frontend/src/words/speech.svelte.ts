/** Which language the phone speaks, and its words. */
import type { Text } from '../api/types';
import type { Language } from '../kit/formats';
import type { FirstWords, Words } from './ja';
import type { ChargingWords } from './ja_charging';

const YEAR_S = 31_536_000;

const DICTIONARIES: Record<Language, () => Promise<FirstWords>> = {
  ja: async () => (await import('./ja')).ja,
  en: async () => (await import('./en')).en,
};
const OF_CHARGING: Record<Language, () => Promise<ChargingWords>> = {
  ja: async () => (await import('./ja_charging')).jaCharging,
  en: async () => (await import('./en_charging')).enCharging,
};

let speaking = $state.raw<{ language: Language; words: Words } | null>(null);
/** Whether a page was opened that speaks of a charge: first pages are spared those words. */
let charging = false;

/** Speaks `language` from now on; the page's own `lang` follows. */
export async function speak(language: Language): Promise<void> {
  const [first, rest] = await Promise.all([
    DICTIONARIES[language](),
    charging ? OF_CHARGING[language]() : ({} as ChargingWords),
  ]);
  speaking = { language, words: { ...first, ...rest } };
  document.documentElement.lang = language;
}

/** Learns the words of a charge, in the language spoken and in any spoken later. */
export async function learnCharging(): Promise<void> {
  if (charging) return;
  charging = true;
  await speak(language());
}

/** Speaks `language` and has the server send its pages in it for a year. */
export async function choose(language: Language): Promise<void> {
  const safe = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `language=${language}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax${safe}`;
  await speak(language);
}

/** The language to begin with where the server has not chosen one: the cookie's, the browser's. */
export function spokenHere(): Language {
  const cookie = /(?:^|; )language=(ja|en)/.exec(document.cookie)?.[1];
  return (cookie ?? navigator.language.slice(0, 2)) === 'ja' ? 'ja' : 'en';
}

/** The words. Nothing is drawn before the first `speak` has been kept. */
export function t(): Words {
  if (!speaking) throw new Error('no language spoken yet');
  return speaking.words;
}

export function language(): Language {
  return speaking?.language ?? 'ja';
}

/** The server's text in the language spoken. */
export function say(text: Text): string {
  return text[language()];
}
