import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { NOON_MS } from '../testing/okayama';
import { speak } from '../words/speech.svelte';
import StormPanel from './StormPanel.svelte';
import type { Happened, Storm, ToldOf } from './types';
import { DEMO_WORDS } from './words';

afterEach(cleanup);

const MINUTE_MS = 60_000;

const broke = (minutes: number, different: Partial<Happened> = {}): Happened => ({
  at_ms: NOON_MS + minutes * MINUTE_MS,
  what: 'section',
  code: 'S-02',
  mended: false,
  homes: 1_240,
  ...different,
});

const told = (minutes: number, different: Partial<ToldOf> = {}): ToldOf => ({
  at_ms: NOON_MS + minutes * MINUTE_MS,
  news: 'told',
  place: 'S-02',
  own: false,
  homes: 1_240,
  sentence_ja: '変圧器 <b>T1</b> が応答せず。',
  sentence_en: 'Transformer <b>T1</b> is silent.',
  ...different,
});

const aStorm = (different: Partial<Storm> = {}): Storm => ({
  from_ms: NOON_MS,
  until_ms: NOON_MS + 180 * MINUTE_MS,
  happened: [],
  told: [],
  ...different,
});

function look(storm: Storm | null, after_min = 0, language: 'ja' | 'en' = 'ja') {
  const onstorm = vi.fn();
  const nowMs = NOON_MS + after_min * MINUTE_MS;
  render(StormPanel, { storm, nowMs, words: DEMO_WORDS[language], onstorm });
  return onstorm;
}

const lines = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => [
      within(row).getByRole('rowheader').textContent,
      ...within(row)
        .getAllByRole('cell')
        .map((cell) => cell.textContent?.replace(/\s+/g, ' ').trim()),
    ]);

describe('the panel of the storm', () => {
  test('lets a storm pass at one press', async () => {
    const onstorm = look(null);
    await fireEvent.click(screen.getByRole('button', { name: '嵐を起こす' }));
    expect(onstorm).toHaveBeenCalledOnce();
    expect(screen.queryByRole('table')).toBeNull();
  });

  test('while one passes says so, and offers no second', () => {
    look(aStorm(), 179);
    expect(screen.getByRole('status').textContent).toBe('嵐が続いています。');
    expect(screen.queryByRole('button')).toBeNull();
  });

  test('when it has passed offers another, and keeps what it told', () => {
    look(aStorm({ happened: [broke(0)] }), 180);
    expect(screen.getByRole('button', { name: '嵐を起こす' })).toBeTruthy();
    expect(screen.queryByRole('status')).toBeNull();
    expect(lines()).toHaveLength(1);
  });

  test('tells what happened beside what was told, each in its time', () => {
    const happened = [broke(30, { mended: true }), broke(0)];
    look(aStorm({ happened, told: [told(31, { news: 'restored' }), told(7)] }), 60);
    expect(lines()).toEqual([
      ['14:02', '区間 S-02 が切れた（1,240 戸）', ''],
      ['14:09', '', 'S-02: 停電を伝えた（1,240 戸） 変圧器 <b>T1</b> が応答せず。'],
      ['14:32', '区間 S-02 が直った', ''],
      ['14:33', '', 'S-02: 復旧を伝えた（1,240 戸）'],
    ]);
  });

  test('says in English why, and what was taken back without a reason', async () => {
    await speak('en');
    const more = [told(7), told(20, { news: 'taken_back', place: 'T-05', homes: 12 })];
    look(aStorm({ told: more }), 60, 'en');
    const [first, second] = lines();
    expect(first?.[2]).toContain('Transformer <b>T1</b> is silent.');
    expect(second?.[2]).toContain('T-05');
    expect(second?.[2]).not.toContain('is silent');
  });

  test('names by its code what it has no word for', () => {
    look(aStorm({ happened: [broke(0, { what: 'pole', code: 'P-9' })] }), 1);
    expect(lines()[0]?.[1]).toContain('pole P-9');
  });
});
