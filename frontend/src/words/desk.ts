/** The desk's words, in the language spoken. */
import type { Language } from '../kit/formats';
import { enDesk } from './en_desk';
import { type DeskWords, jaDesk } from './ja_desk';
import { language } from './speech.svelte';

export const DESK_WORDS: Record<Language, DeskWords> = { ja: jaDesk, en: enDesk };

export function d(): DeskWords {
  return DESK_WORDS[language()];
}
