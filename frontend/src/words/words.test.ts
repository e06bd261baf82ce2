import { describe, expect, test } from 'vitest';
import { en } from './en';
import { enAid } from './en_aid';
import { enCharging } from './en_charging';
import { enDesk } from './en_desk';
import { enFurther } from './en_further';
import { enSupply } from './en_supply';
import { ja } from './ja';
import { jaAid } from './ja_aid';
import { jaCharging } from './ja_charging';
import { jaDesk } from './ja_desk';
import { jaFurther } from './ja_further';
import { jaSupply } from './ja_supply';

type Tree = Record<string, unknown>;

/** Every sentence by its path; functions are called with stand-ins for what they are given. */
function sentences(tree: Tree, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
    const at = path ? `${path}.${name}` : name;
    if (typeof value === 'function') {
      const given = Array.from({ length: value.length }, (_, i) => `«${i}»`);
      return [[at, (value as (...words: string[]) => string)(...given)]];
    }
    if (typeof value === 'object' && value !== null) return sentences(value as Tree, at);
    return [[at, value]];
  });
}

const japanese = new Map(sentences({ ...ja, ...jaFurther, ...jaCharging, ...jaSupply, ...jaAid, desk: jaDesk }));
const english = new Map(sentences({ ...en, ...enFurther, ...enCharging, ...enSupply, ...enAid, desk: enDesk }));

describe('the words', () => {
  test('stand at the same places in both languages', () => {
    expect([...english.keys()]).toEqual([...japanese.keys()]);
  });

  test('say in both languages everything they are given', () => {
    const places = (said: unknown) => (String(said).match(/«\d»/g) ?? []).sort();
    for (const [at, said] of japanese) {
      // English leaves out what it says with one word for all, never a figure or a name.
      expect([at, places(english.get(at))]).toEqual([at, places(said)]);
    }
  });

  test('hold no Japanese in English, but for the name of the language', () => {
    for (const [at, said] of english) {
      if (at.startsWith('language.')) continue;
      expect([at, /[\u3040-\u30ff\u4e00-\u9fff]/.test(String(said))]).toEqual([at, false]);
    }
  });

  test('say under a Japanese heading the same in English, and nothing under an English one', () => {
    const under = [...japanese].filter(([at]) => /beside$/i.test(at));
    expect(under.length).toBeGreaterThan(30);
    for (const [at, said] of under) {
      expect([at, /^[A-Z][ -~’]+$/.test(String(said)), english.get(at)]).toEqual([at, true, '']);
    }
  });

  test('head a problem in both languages as each of them does by itself', () => {
    const under = [...japanese].filter(([at]) => /^problems\.said\..*\.beside$/.test(at));
    expect(under.length).toBeGreaterThan(15);
    for (const [at, said] of under) {
      expect([at, said]).toEqual([at, english.get(at.replace(/beside$/, 'title'))]);
    }
  });

  test('do not shout and do not apologise before the facts', () => {
    for (const [at, said] of [...japanese, ...english]) {
      expect([at, /[!！]|申し訳|恐れ入り|please|oops|sorry/i.test(String(said))]).toEqual([
        at,
        false,
      ]);
    }
  });
});
