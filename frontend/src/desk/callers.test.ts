/** Somebody calls: their charge is found by its number; bills that met a late reading are told. */
import { cleanup, fireEvent, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { Problem } from '../api/problem';
import type { FoundCharge, LateBill } from '../api/types';
import { aBoard, aLine, aReport, facts } from '../testing/car_park';
import { NOON_MS } from '../testing/okayama';
import { NOBODY, button, settle, sit } from '../testing/seat';

afterEach(cleanup);
afterEach(() => history.replaceState(null, '', '/'));

const { code, label, place } = aLine(12);

const found = (different: Partial<FoundCharge> = {}): FoundCharge => ({
  code,
  label,
  place,
  session: facts({ number: '8ZC2-7KQ4' }),
  ended_at_ms: null,
  ...different,
});

const late = (session_id: string, different: Partial<LateBill>): LateBill => ({
  session_id,
  number: '8ZC2-7KQ4',
  code,
  place,
  heard_at_ms: NOON_MS,
  billed_wh: 2_560,
  used_wh: 1_300,
  unbilled_yen: 0,
  owed_back_yen: 0,
  refunded_yen: 0,
  done_at_ms: null,
  ...different,
});

async function search(number: string) {
  await fireEvent.input(screen.getByLabelText('お問い合わせの番号（8文字）'), {
    target: { value: number },
  });
  await fireEvent.click(button('探す'));
  await settle();
}

describe('a charge that is looked for by its number', () => {
  test('is told with its place, its state and the way to its outlet', async () => {
    history.replaceState(null, '', '/desk#find');
    const asked: string[] = [];
    const numbered = async (number: string) => {
      asked.push(number);
      return [found()];
    };
    await sit(aBoard(aLine(12)), { numbered });
    await search(' 8zc2-7kq4 ');
    expect(asked).toEqual(['8zc2-7kq4']);
    expect(screen.getByRole('heading', { level: 2 }).textContent).toContain('8ZC2-7KQ4');
    expect(screen.getByText('充電中')).toBeTruthy();
    const way = screen.getByRole('link', { name: '詳しく 岡山駅西口駐車場 12番' });
    expect(way.getAttribute('href')).toBe(`#plan/${code}`);
  });

  test('is found too when it is over, with why', async () => {
    history.replaceState(null, '', '/desk#find');
    const session = facts({ state: 'settled', end_reason: 'load_gone' });
    const numbered = async () => [found({ session, ended_at_ms: NOON_MS })];
    await sit(aBoard(aLine(12)), { numbered });
    await search('8ZC2-7KQ4');
    expect(screen.getByText('終わりました')).toBeTruthy();
    expect(screen.getByText('電気が流れなくなった')).toBeTruthy();
  });

  test('interrupted by an outage is told with what to say to the caller', async () => {
    history.replaceState(null, '', '/desk#find');
    const interrupted = {
      since_ms: NOON_MS,
      because: 'area',
      expected: { is: 'at', at_ms: NOON_MS + 1_680_000 },
    } as const;
    const session = facts({ state: 'interrupted', interrupted, power_w: null });
    await sit(aBoard(aLine(12)), { numbered: async () => [found({ session })] });
    await search('8ZC2-7KQ4');
    expect(screen.getByText('停電で中断')).toBeTruthy();
    expect(screen.getByText(/停電中は料金がかかりません/)).toBeTruthy();
    expect(screen.getByText('地域の停電・14:02 から')).toBeTruthy();
    expect(screen.getByText('14:30 ごろ')).toBeTruthy();
  });

  test('that is not here is said so, and what is no number too', async () => {
    history.replaceState(null, '', '/desk#find');
    let refused = false;
    const numbered = async () => {
      if (refused) throw new Problem('not-a-charge-number', 422, '');
      return [];
    };
    await sit(aBoard(aLine(12)), { numbered });
    await search('8ZC2-7KQ4');
    expect(screen.getByText('8ZC2-7KQ4 の充電は、この施設にありません。')).toBeTruthy();
    refused = true;
    await search('8ZC2');
    expect(screen.getByText('充電の番号は、英数字8文字です')).toBeTruthy();
  });

  test('leads to the door when the sign-in has ended', async () => {
    history.replaceState(null, '', '/desk#find');
    await sit(aBoard(aLine(12)), { numbered: () => Promise.reject(NOBODY) });
    await search('8ZC2-7KQ4');
    expect(screen.getByText(/サインインの期限が切れました/)).toBeTruthy();
  });
});

describe('bills that met a late reading', () => {
  test('say what happened, how much it is, and what to do', async () => {
    history.replaceState(null, '', '/desk#bills');
    const bills = [
      late('a', { used_wh: 4_000, unbilled_yen: 60 }),
      late('b', { owed_back_yen: 53, refunded_yen: 53, done_at_ms: NOON_MS }),
      late('c', { owed_back_yen: 52, done_at_ms: NOON_MS }),
      late('d', { owed_back_yen: 51 }),
    ];
    await sit(aBoard(aLine(12)), { lateBills: async () => bills });
    const said = screen.getAllByRole('listitem').map((each) => each.textContent ?? '');
    expect(said[0]).toContain('60 円 を請求していません');
    expect(said[0]).toContain('請求 2.56 kWh → メーター 4.00 kWh');
    expect(said[1]).toContain('53 円 をカードへ返しました');
    expect(said[2]).toContain('請求を 52 円 下げました');
    expect(said[3]).toContain('51 円 を返すところです');
    expect(said.every((each) => each.includes('充電の番号 8ZC2-7KQ4'))).toBe(true);
  });

  test('are none where every bill is what its meter says', async () => {
    history.replaceState(null, '', '/desk#bills');
    await sit(aBoard(aLine(12)));
    expect(screen.getByText(/どの請求も、メーターの値のとおりです/)).toBeTruthy();
  });
});

test('a report is told with the number that its sender was given, and its charge’s', async () => {
  history.replaceState(null, '', '/desk#reports');
  const report = aReport('000000000000r3p0rt12', 'slow', { session_id: '0000008zc27kq4' });
  await sit(aBoard(aLine(1, { reports: [report] })));
  expect(screen.getByText(/受付の番号 R3P0-RT12/).textContent).toContain('充電の番号 8ZC2-7KQ4');
});
