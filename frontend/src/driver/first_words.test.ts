import { cleanup, render } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { foot, opening, top } from '../../shell/openings';
import * as shellWords from '../../shell/shell_words';
import type { PowerType } from '../api/types';
import { POWER_LOOK } from '../kit/power_look';
import { anOffer, anOutlet } from '../testing/okayama';
import { speak } from '../words/speech.svelte';
import { Cards } from './cards.svelte';
import Choose from './Choose.svelte';

afterEach(cleanup);

/** What the server puts into the slots for the town's outlet; its own tests say how. */
const FACTS = {
  ja: { place: '岡山駅西口駐車場 12番', hint: '駐車した場所の前', retailer: 'はるかぜ電力' },
  en: {
    place: 'Okayama Stn West, bay 12',
    hint: 'in\u00a0front\u00a0of\u00a0your\u00a0bay',
    retailer: 'Harukaze Power',
  },
};
const FIGURES = { volts: '200', kilowatts: '3.0', price: '42', carbon: '38' };

function filled(language: 'ja' | 'en', power: string): HTMLElement {
  const facts: Record<string, string> = { ...FACTS[language], ...FIGURES };
  const words = shellWords[language];
  const page = document.createElement('div');
  page.innerHTML = [top('offered', words), opening('offered', words), foot('offered', words)]
    .join('')
    .replace(/<!--if (\w+)-->(.*?)<!--end-->/g, (_all, type, row) => (type === power ? row : ''))
    .replace(/<!--(\w+)-->/g, (_all, name: string) => facts[name] ?? '?');
  return page;
}

const said = (of: Element | null) => of?.textContent?.replace(/[\s\u00a0]+/g, ' ').trim();
const looks = (of: Element) => [...of.querySelectorAll('use')].map((use) => use.getAttribute('href'));

describe('the first words of an outlet that is free', () => {
  test.each(['ja', 'en'] as const)('are those that are then drawn, in %s', async (language) => {
    await speak(language);
    for (const power_type of Object.keys(POWER_LOOK) as PowerType[]) {
      const outlet = anOutlet({ offers: [anOffer({ power_type })] });
      const cards = new Cards({ cards: async () => [], forgetCard: async () => {} });
      const { container } = render(Choose, { outlet, onchanged: () => {}, cards });
      const before = filled(language, power_type);
      for (const what of ['h1', '.tag', 'p.dim.num', '.bar .btn', '.bar .dim']) {
        expect(said(before.querySelector(what))).toBe(said(container.querySelector(what)));
      }
      const [mine, drawn] = [before, container].map((each) => [...each.querySelectorAll('.row')]);
      expect(mine?.map(said)).toEqual(drawn?.map(said));
      expect(mine?.map(looks)).toEqual(drawn?.map(looks));
      cleanup();
    }
  });

  test('offer nothing that does not work yet', () => {
    const page = filled('ja', 'solar');
    expect(page.querySelectorAll('button:not(:disabled), input')).toHaveLength(0);
    expect(page.querySelector('[role=status]')?.textContent).toBe('コンセントを調べています');
  });
});
