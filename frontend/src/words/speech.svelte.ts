/** Which language the phone speaks, and its words. */
import type { Text } from '../api/types';
import type { Language } from '../kit/figures';
import type { Words } from './ja';

const YEAR_S = 31_536_000;

/** The words in the parts in which they are fetched: the first page is spared the others. */
const PARTS = {
  /** What the first pages say: home, and an outlet where one can choose. */
  first: {
    ja: () => import('./ja'),
    en: () => import('./en'),
  },
  /** What is said beside them: scanner, typing, payment, and all that can go wrong. */
  further: {
    ja: () => import('./ja_further'),
    en: () => import('./en_further'),
  },
  /** From the start of a charge to its receipt. */
  charging: {
    ja: () => import('./ja_charging'),
    en: () => import('./en_charging'),
  },
  /** The customer's own power, and whom to tell of it. */
  supply: {
    ja: () => import('./ja_supply'),
    en: () => import('./en_supply'),
  },
  /** What to do in an outage, and how to be told of one. */
  aid: {
    ja: () => import('./ja_aid'),
    en: () => import('./en_aid'),
  },
} satisfies Record<string, Record<Language, () => Promise<Record<string, Partial<Words>>>>>;
export type Part = keyof typeof PARTS;

let speaking = $state.raw<{ language: Language; words: Words } | null>(null);
/** The language asked for last: an older wish that is granted late must not undo it. */
let wanted: Language = 'ja';
const needed = new Set<Part>(['first']);
const known = { ja: new Map<Part, Partial<Words>>(), en: new Map<Part, Partial<Words>>() };

/** Speaks `language` from now on; the page's own `lang` follows. */
export async function speak(language: Language): Promise<void> {
  wanted = language;
  const mine = known[language];
  const load = async (part: Part) => {
    // Each file of words exports one thing: them.
    const [words] = Object.values(await PARTS[part][language]());
    mine.set(part, words as Partial<Words>);
  };
  await Promise.all([...needed].map(load));
  if (wanted !== language) return;
  speaking = { language, words: Object.assign({}, ...mine.values()) as Words };
  document.documentElement.lang = language;
}

/** Learns these words as well, in the language spoken and in any spoken later. */
export async function learn(part: Part): Promise<void> {
  needed.add(part);
  if (!known[wanted].has(part)) await speak(wanted);
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
