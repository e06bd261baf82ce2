import { cleanup, fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import type { DeskCalls } from '../api/desk_calls';
import { Problem } from '../api/problem';
import type { Board } from '../api/types';
import { aBoard, aLine, aReport, busy } from '../testing/car_park';
import { NOON_MS } from '../testing/okayama';
import { button, settle, sit } from '../testing/seat';

afterEach(cleanup);
afterEach(() => history.replaceState(null, '', '/'));

describe('the site plan', () => {
  async function look(at: Board, code = '', different: Partial<DeskCalls> = {}) {
    history.replaceState(null, '', `/#plan${code && `/${code}`}`);
    return sit(at, different);
  }
  const one = () =>
    within(screen.getByRole('region', { name: '岡山駅西口駐車場 1番' }));

  test('shows each outlet where it stands, with its state in words', async () => {
    await look(aBoard(busy(12), aLine(1), aLine(2, { reports: [aReport('r1', 'slow')] })));
    const plan = within(screen.getByRole('group', { name: '場所の図' }));
    expect(plan.getByRole('link', { name: '岡山駅西口駐車場 12番 充電中 2.94 kW' })).toBeTruthy();
    expect(plan.getByRole('link', { name: '岡山駅西口駐車場 1番 空き' })).toBeTruthy();
    expect(plan.getByRole('link', { name: '岡山駅西口駐車場 2番 空き 知らせ 1件' })).toBeTruthy();
  });

  test('tells of one outlet what was done to it, as text', async () => {
    await look(aBoard(aLine(1)), aLine(1).code);
    expect(one().getByText('使用停止にした')).toBeTruthy();
    expect(one().getByText('点検 <b>')).toBeTruthy();
  });

  test('taking out of use asks why, and says that what runs goes on', async () => {
    const heard = await look(aBoard(busy(1)), aLine(1).code);
    await fireEvent.click(button('使用停止にする 岡山駅西口駐車場 1番'));
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText('いまの充電は、終わるまで続きます。')).toBeTruthy();
    await fireEvent.click(dialog.getByRole('button', { name: '使用停止にする' }));
    await settle();
    expect(heard).toEqual([]);
    expect(dialog.getByText('ひとこと書いてください。')).toBeTruthy();
    await fireEvent.click(dialog.getByRole('button', { name: '点検' }));
    await fireEvent.click(dialog.getByRole('button', { name: '使用停止にする' }));
    await settle();
    expect(heard).toEqual(['lock: 点検']);
  });

  test('says whether the meter answers, and where the way to it is broken', async () => {
    const heard = await look(aBoard(aLine(1)), aLine(1).code);
    expect(one().getByText('まだ確かめていません。')).toBeTruthy();
    await fireEvent.click(button('返事を確かめる'));
    await settle();
    expect(one().getByText('メーターの返事がありました（82 ミリ秒）')).toBeTruthy();
    await fireEvent.click(button('道すじを調べる'));
    await settle();
    expect(one().getByText('集約装置と中継器の間で切れています')).toBeTruthy();
    expect(one().getByText('31 ミリ秒')).toBeTruthy();
    expect(one().getAllByText('返事なし')).toHaveLength(2);
    expect(heard).toEqual(['loopback', 'linkTrace']);
  });

  test('says so when the control system is away', async () => {
    const loopback = () => Promise.reject(new Problem('control-system-away', 503, ''));
    await look(aBoard(aLine(1)), aLine(1).code, { loopback });
    await fireEvent.click(button('返事を確かめる'));
    await settle();
    expect(one().getByText('制御システムの返事がありません')).toBeTruthy();
  });
});

describe('the reports', () => {
  test('stand the newest first, their words as text, and are answered with a note', async () => {
    history.replaceState(null, '', '/#reports');
    const old = aReport('r1', 'slow', { at_ms: NOON_MS - 60_000 });
    const fresh = aReport('r2', 'damaged', { words: '<b>火花</b>' });
    const heard = await sit(aBoard(aLine(1, { reports: [old] }), aLine(2, { reports: [fresh] })));
    const kinds = screen.getAllByText(/^(充電が遅い|壊れている・危ない)$/);
    expect(kinds.map(({ textContent }) => textContent)).toEqual(['壊れている・危ない', '充電が遅い']);
    expect(screen.getByText('<b>火花</b>')).toBeTruthy();
    await fireEvent.click(button(/返事をして閉じる 壊れている・危ない/));
    const dialog = within(screen.getByRole('dialog'));
    await fireEvent.click(dialog.getByRole('button', { name: '異常なし' }));
    await fireEvent.click(dialog.getByRole('button', { name: '返事をして閉じる' }));
    await settle();
    expect(heard).toEqual(['answer r2: 異常なし']);
  });
});
