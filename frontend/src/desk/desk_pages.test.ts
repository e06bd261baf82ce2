import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { labelsUrl } from '../api/desk_calls';
import { Problem } from '../api/problem';
import { aBoard, aLine, aMeter, busy } from '../testing/car_park';
import { NOON_MS } from '../testing/okayama';
import { NOBODY, button, settle, sit } from '../testing/seat';
import { speak } from '../words/speech.svelte';
import Labels from './Labels.svelte';

afterEach(cleanup);
afterEach(() => history.replaceState(null, '', '/'));

const line = (number: number) => {
  const found = screen.getByRole('heading', { level: 3, name: `岡山駅西口駐車場 ${number}番` });
  return within(found.closest('li') as HTMLElement);
};

describe('the door', () => {
  const fill = async (label: string, value: string) =>
    fireEvent.input(screen.getByLabelText(label), { target: { value } });

  test('asks for a name and a password, each by itself', async () => {
    await sit(aBoard(), { me: () => Promise.reject(NOBODY) });
    await fireEvent.click(button('サインインする'));
    expect(screen.getByText('名前を入れてください。')).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText('名前'));
    await fill('名前', 'okayama');
    await fireEvent.click(button('サインインする'));
    expect(screen.getByText('パスワードを入れてください。')).toBeTruthy();
  });

  test('never says which of the two was wrong, and forgets the password', async () => {
    const wrong = new Problem('wrong-name-or-password', 401, '');
    const signIn = () => Promise.reject(wrong);
    await sit(aBoard(), { me: () => Promise.reject(NOBODY), signIn });
    await fill('名前', 'okayama');
    await fill('パスワード', 'wrong');
    await fireEvent.click(button('サインインする'));
    await settle();
    expect(screen.getByRole('heading', { name: '名前かパスワードが違います' })).toBeTruthy();
    expect((screen.getByLabelText('パスワード') as HTMLInputElement).value).toBe('');
    expect((screen.getByLabelText('名前') as HTMLInputElement).value).toBe('okayama');
  });

  test('says how long to wait after too many tries', async () => {
    const signIn = () =>
      Promise.reject(new Problem('too-many-tries', 429, '', { retry_after_s: 120 }));
    await sit(aBoard(), { me: () => Promise.reject(NOBODY), signIn });
    await fill('名前', 'okayama');
    await fill('パスワード', 'wrong');
    await fireEvent.click(button('サインインする'));
    await settle();
    expect(screen.getByText(/あと 2分で/)).toBeTruthy();
  });

  test('opens to the board', async () => {
    await sit(aBoard(aLine(1)), { me: () => Promise.reject(NOBODY) });
    await fill('名前', 'okayama');
    await fill('パスワード', 'right');
    await fireEvent.click(button('サインインする'));
    await settle();
    expect(screen.getByRole('heading', { level: 1, name: 'いまの様子' })).toBeTruthy();
  });

  test('is not shown when the server is away: who sits here is then unknown', async () => {
    await sit(aBoard(), { me: () => Promise.reject(new Problem('no-answer', 0, '')) });
    expect(screen.getByRole('heading', { name: 'サーバーの返事がありません' })).toBeTruthy();
    expect(screen.queryByLabelText('パスワード')).toBeNull();
  });
});

describe('the board', () => {
  test('tells of each outlet its state and what runs on it', async () => {
    const silent = { meter: null, state: 'unreachable' } as const;
    await sit(aBoard(busy(12), aLine(2, silent), aLine(3, { locked: true })));
    expect(line(12).getByText('充電中')).toBeTruthy();
    expect(line(12).getByText('2.94 kW')).toBeTruthy();
    expect(line(12).getByText('2.56 / 4.00 kWh')).toBeTruthy();
    expect(line(12).getByText('51分')).toBeTruthy();
    expect(line(12).getByText('通信 良好')).toBeTruthy();
    expect(line(2).getByText('制御システムの返事なし')).toBeTruthy();
    expect(line(3).getByText('使用停止')).toBeTruthy();
  });

  test('lists what needs a look, with what it means', async () => {
    const meter = aMeter({ link: 'lost' });
    await sit(aBoard(busy(12), { ...busy(6, { state: 'link_lost' }), meter }));
    expect(screen.getByRole('heading', { name: '手当てがいるもの 1' })).toBeTruthy();
    expect(screen.getByText(/安全のため自分で切れます/)).toBeTruthy();
  });

  test('tells an interrupted charge and power that is back from what else stands still', async () => {
    const interrupted = { since_ms: NOON_MS, because: 'area', expected: null } as const;
    await sit(
      aBoard(
        busy(12, { state: 'interrupted', interrupted, power_w: null, deadline_ms: NOON_MS + 1 }),
        busy(11, { state: 'paused', rest_because: 'power_lost', power_w: null }),
        aLine(2, { state: 'no_power', dark_because: 'outlet', meter: aMeter({ power: 'off' }) }),
      ),
    );
    expect(line(12).getByText('停電で中断')).toBeTruthy();
    expect(line(12).getByText('地域の停電')).toBeTruthy();
    expect(line(12).getByRole('button', { name: /止める/ })).toBeTruthy();
    expect(line(11).getByText('停電後の再開待ち')).toBeTruthy();
    expect(line(2).getByText('このコンセントだけ')).toBeTruthy();
    // What its meter said last of its link and its switch is no longer so.
    expect(line(2).getByText('停電で応答なし')).toBeTruthy();
    expect(line(2).queryByText(/通信|スイッチ/)).toBeNull();
    expect(screen.getByText(/地域の停電・停電で充電が中断しています/)).toBeTruthy();
  });

  test('stopping asks once and says what the driver pays', async () => {
    const heard = await sit(aBoard(busy(12)));
    await fireEvent.click(button('止める 岡山駅西口駐車場 12番'));
    const dialog = screen.getByRole('dialog', { name: '岡山駅西口駐車場 12番の充電を止めますか' });
    expect(within(dialog).getByText(/止めるまでにはかった分だけ/)).toBeTruthy();
    expect(heard).toEqual([]);
    await fireEvent.click(within(dialog).getByRole('button', { name: '充電を止める' }));
    await settle();
    expect(heard).toEqual(['stop morning']);
  });

  test('leads from each outlet to all there is to say of it', async () => {
    await sit(aBoard(busy(12)));
    const link = screen.getByRole('link', { name: '詳しく 岡山駅西口駐車場 12番' });
    expect(link.getAttribute('href')).toBe(`#plan/${busy(12).code}`);
    expect(line(12).getByText('太陽光')).toBeTruthy();
    expect(line(12).getByText('はるかぜ電力')).toBeTruthy();
    expect(line(12).getByText('7KQ4-0001')).toBeTruthy();
  });

  test('counts what is in use, free, without power and out of use', async () => {
    const dark = aLine(2, { state: 'no_power' });
    await sit(aBoard(busy(12), dark, aLine(3, { locked: true }), aLine(4)));
    const sums = within(screen.getByRole('region', { name: 'いまの様子' }));
    expect(sums.getByText('空き 1')).toBeTruthy();
    expect(sums.getByText('停電中')).toBeTruthy();
    expect(sums.getByText('使用停止 1・ほか 0')).toBeTruthy();
  });

  test('an order that did not arrive stays on the screen with its reason', async () => {
    const stop = () => Promise.reject(new Problem('no-answer', 0, ''));
    await sit(aBoard(busy(12)), { stop });
    await fireEvent.click(button('止める 岡山駅西口駐車場 12番'));
    await fireEvent.click(button('充電を止める'));
    await settle();
    const dialog = within(screen.getByRole('dialog'));
    expect(dialog.getByText('サーバーの返事がありません')).toBeTruthy();
    expect(dialog.getByRole('button', { name: '充電を止める' })).toBeTruthy();
  });

  test('a sign-out that the server did not hear does not look like one', async () => {
    const signOut = () => Promise.reject(new Problem('no-answer', 0, ''));
    await sit(aBoard(aLine(1)), { signOut });
    await fireEvent.click(button('サインアウト'));
    await settle();
    expect(screen.getByText(/サインアウトを伝えられませんでした/)).toBeTruthy();
    expect(screen.getByRole('heading', { level: 1, name: 'いまの様子' })).toBeTruthy();
  });

  test('signing out leads to the door', async () => {
    const heard = await sit(aBoard(aLine(1)));
    await fireEvent.click(button('サインアウト'));
    await settle();
    expect(heard).toEqual(['signOut']);
    expect(screen.getByText('サインアウトしました。')).toBeTruthy();
  });

  test('is told in English too', async () => {
    await speak('en');
    await sit(aBoard(busy(12, { state: 'idle', power_w: 0 })));
    expect(screen.getByRole('heading', { level: 1, name: 'Live board' })).toBeTruthy();
    expect(button('Stop Okayama Stn West, bay 12')).toBeTruthy();
  });
});

describe('the label sheet', () => {
  const address = () => screen.getByRole('link').getAttribute('href');

  test('is of all outlets unless some are left out', async () => {
    const one = aLine(1);
    render(Labels, { outlets: [one, aLine(2)] });
    expect(address()).toBe('/api/operators/labels.pdf');
    await fireEvent.click(screen.getByRole('checkbox', { name: /2番/ }));
    expect(screen.getByRole('link', { name: '1枚のPDFを開く' })).toBeTruthy();
    expect(address()).toBe(labelsUrl([one.code]));
  });

  test('of nothing is not offered', async () => {
    render(Labels, { outlets: [aLine(1)] });
    await fireEvent.click(button('すべて外す'));
    expect(screen.queryByRole('link')).toBeNull();
    expect(screen.getByText('1つ以上選んでください。')).toBeTruthy();
  });

  test('of more than the server prints at once is not offered', () => {
    render(Labels, { outlets: Array.from({ length: 101 }, (_, i) => aLine(1, { code: `${i}` })) });
    expect(screen.queryByRole('link')).toBeNull();
    expect(screen.getByText('一度に印刷できるのは100枚までです。')).toBeTruthy();
  });
});
