import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Outlet, Session } from '../api/types';
import { observe } from '../kit/server_clock.svelte';
import { NOON_MS, aSession, anOutlet } from '../testing/okayama';
import { dark as words } from '../words/ja_dark';
import { speak } from '../words/speech.svelte';
import { Acts } from './acts.svelte';
import OutletState from './OutletState.svelte';
import SessionDark from './SessionDark.svelte';
import SessionLive from './SessionLive.svelte';
import SessionPast from './SessionPast.svelte';
import SessionPause from './SessionPause.svelte';
import { endHere, promisedBack, restOf } from './dark';

beforeEach(() => observe(NOON_MS));
afterEach(cleanup);

const MINUTE_MS = 60_000;
const HALF_PAST_MS = NOON_MS + 28 * MINUTE_MS;
type Interrupted = NonNullable<Session['interrupted']>;

/** A charge that an outage interrupted 21 minutes ago, with 1.75 of its 4 kWh delivered. */
const interrupted = (known: Partial<Interrupted> = {}, different: Partial<Session> = {}) =>
  aSession({
    state: 'interrupted',
    interrupted: { since_ms: NOON_MS - 21 * MINUTE_MS, because: null, expected: null, ...known },
    used_wh: 1_750,
    price_yen: 73,
    due_yen: 73,
    power_w: null,
    left_s: null,
    deadline_ms: NOON_MS + 23 * 60 * MINUTE_MS,
    now_ms: NOON_MS,
    ...different,
  });

const back = (different: Partial<Session> = {}) =>
  interrupted(
    {},
    {
      state: 'paused',
      interrupted: null,
      rest_because: 'power_lost',
      pause: 3,
      deadline_ms: HALF_PAST_MS,
      ...different,
    },
  );

function hands() {
  const heard: string[] = [];
  const act = (name: string) => async (_id: string, _key?: string, pause?: number) => {
    heard.push(pause ? `${name} ${pause}` : name);
    return aSession();
  };
  const calls = { stop: act('stop'), goOn: act('goOn'), resume: act('resume'), payAgain: act('pay') };
  return { acts: new Acts('morning', calls, () => {}), heard };
}

function dark(session: Session, offline = false) {
  const own = hands();
  render(SessionDark, { session, acts: own.acts, offline });
  return own;
}

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const heading = (name: string | RegExp) => screen.getByRole('heading', { name });
const said = () => document.body.textContent?.replace(/\s+/g, ' ') ?? '';

describe('a charge that an outage interrupted', () => {
  test('says so, since when, what it cost so far, and what is left', () => {
    dark(interrupted());
    expect(heading('停電で中断しています Paused by a power outage')).toBeTruthy();
    expect(document.querySelector('.say')?.className).toBe('say');
    expect(document.querySelector('.say')?.getAttribute('data-m')).toBe('danger');
    expect(said()).toMatch(/停電した時刻 ?13:41（21分前）/);
    expect(said()).toMatch(/充電した量 1.75 kWh/);
    expect(said()).toMatch(/ここまで ?73 円/);
    expect(said()).toMatch(/残り ?2.25 kWh/);
    expect(screen.getByText('停電中は料金がかかりません。')).toBeTruthy();
    expect(screen.getByText(/11月22日 13:02 までに戻らないと自動で終わり/)).toBeTruthy();
    expect(screen.getByRole('img', { name: /最後に聞いた数字です/ })).toBeTruthy();
  });

  test.each([
    ['area', '地域の停電です。あなたの操作やお車のせいではありません。'],
    ['outlet', 'このコンセントだけ、電気が来ていません。まわりは停電していません。'],
    [null, 'コンセントに電気が来ていません。地域の停電かどうかは、まだわかりません。'],
  ] as const)('names where it is out no further than is known: %s', (because, sentence) => {
    dark(interrupted({ because }));
    expect(screen.getByText(sentence)).toBeTruthy();
    expect(document.querySelectorAll('.say p')).toHaveLength(1);
    expect(/未定 ?わかりしだい/.test(said())).toBe(because === 'area');
  });

  test('promises a time, or the next word', () => {
    dark(interrupted({ because: 'area', expected: { is: 'at', at_ms: HALF_PAST_MS } }));
    expect(said()).toMatch(/復旧の見込み 14:30 ごろ/);
    cleanup();
    const expected = { is: 'unknown', next_word_at_ms: HALF_PAST_MS } as const;
    dark(interrupted({ because: 'area', expected }));
    expect(said()).toMatch(/復旧の見込み 未定 ?次のお知らせ 14:30/);
  });

  test('does not promise what has passed', () => {
    const at = (expected: Interrupted['expected'], now_ms: number) =>
      promisedBack(interrupted({ expected }), now_ms, words, 'ja');
    const late_ms = HALF_PAST_MS + 1;
    expect(at({ is: 'at', at_ms: HALF_PAST_MS }, late_ms)).toEqual({
      value: '未定',
      more: '',
      overdue: '見込みの 14:30 を過ぎました。新しい見込みは、わかりしだい出します。',
    });
    const late = at({ is: 'unknown', next_word_at_ms: HALF_PAST_MS }, late_ms);
    expect(late?.more).toBe('わかりしだい、ここに出します');
    expect(at(null, late_ms)).toBeNull();
    expect(at({ is: 'at', at_ms: NOON_MS + 24 * 60 * MINUTE_MS }, NOON_MS)?.value).toBe(
      '11月22日 14:02 ごろ',
    );
  });

  test('is ended only after a question, which says the bill', async () => {
    const { heard } = dark(interrupted());
    await fireEvent.click(button('ここで終わる（73 円）'));
    expect(heard).toEqual([]);
    expect(screen.getByRole('dialog', { name: 'ここで終わりますか' })).toBeTruthy();
    expect(screen.getByText(/ここまでの 73 円だけを請求します/)).toBeTruthy();
    expect(button('電気が戻るのを待つ')).toBeTruthy();
    const [, sure] = screen.getAllByRole('button', { name: 'ここで終わる（73 円）' });
    await fireEvent.click(sure as HTMLElement);
    expect(heard).toEqual(['stop']);
  });

  test('is not said to be paid where a card is not charged so little', async () => {
    dark(interrupted({}, { price_yen: 17, due_yen: 0 }));
    await fireEvent.click(button('ここで終わる（請求なし）'));
    expect(screen.getByText(/17 円は、カード会社の最低額に届かないため請求しません/)).toBeTruthy();
  });

  test('counts the chosen time on, and says so', () => {
    const byTime = interrupted({}, { by: 'time', duration_s: 4_800, left_s: 1_200 });
    expect(restOf(byTime, NOON_MS + 5 * MINUTE_MS, 'ja')).toBe('15分');
    dark(byTime);
    expect(screen.getByText(/選んだ時間は、停電の間も進みます/)).toBeTruthy();
  });

  test('names whom to call where the site can do something', () => {
    dark(interrupted({ because: 'outlet' }));
    expect(said()).toMatch(/お問い合わせの番号/);
    cleanup();
    dark(interrupted({ because: 'area' }));
    expect(said()).not.toMatch(/お問い合わせの番号/);
  });

  test('without a network is no present, and offers no message', () => {
    dark(interrupted({ because: 'area' }), true);
    expect(heading(/つながっていません/)).toBeTruthy();
    expect([...document.querySelectorAll('.say')].map((each) => each.className)).toEqual([
      'say soft',
      'say soft',
    ]);
  });

  test('opened without a network is the past, and can still be ended here', async () => {
    const own = hands();
    render(SessionPast, { session: interrupted(), acts: own.acts });
    expect(said()).toMatch(/停電で中断していました/);
    await fireEvent.click(button('ここで終わる'));
    expect(screen.getByRole('dialog', { name: 'ここで終わりますか' })).toBeTruthy();
  });

  test('ended in the dark is not billed in seconds', () => {
    const { acts } = hands();
    const ended = interrupted({}, { state: 'settling', end_reason: 'driver' });
    render(SessionPause, { session: ended, acts, offline: false });
    expect(screen.getByText(/なければ、最後に聞いた数字で計算します/)).toBeTruthy();
    expect(said()).not.toMatch(/数秒/);
  });

  test('is told in English too', async () => {
    await speak('en');
    dark(interrupted({ because: 'area', expected: { is: 'at', at_ms: HALF_PAST_MS } }));
    expect(heading('Paused by a power outage')).toBeTruthy();
    expect(said()).toMatch(/Out since ?13:41 \(21 min ago\)/);
    expect(said()).toMatch(/Expected back ?~14:30/);
    expect(button('Finish here (¥73)')).toBeTruthy();
  });
});

describe('power that is back', () => {
  test('offers to go on with what is left, first of all, and asks for no money', async () => {
    const { heard } = dark(back());
    expect(heading('電気が戻りました Power is back')).toBeTruthy();
    expect(said()).toMatch(/新しいお支払いはいりません/);
    expect(said()).toMatch(/選べるのは 14:30 まで/);
    expect(said()).toMatch(/選ばないと自動で終わり、ここまでの分だけを請求します/);
    expect(screen.getByRole('img', { name: /スイッチは切れています/ })).toBeTruthy();
    const [first] = [...document.querySelectorAll('.bar .btn')];
    expect(first?.textContent?.trim()).toBe('続きから充電（残り 2.25 kWh）');
    await fireEvent.click(first as HTMLElement);
    expect(heard).toEqual(['resume 3']);
  });

  test('can be ended instead, after a question', async () => {
    const { heard } = dark(back());
    await fireEvent.click(button('ここで終わる（73 円）'));
    expect(button('まだ終わらない')).toBeTruthy();
    expect(heard).toEqual([]);
    expect(endHere(words, { back: false }).no).toBe('電気が戻るのを待つ');
  });

  test('is switched on in turn, and that is said', () => {
    const { acts } = hands();
    const session = back({ state: 'resuming' });
    render(SessionPause, { session, acts, offline: false });
    expect(screen.getByText(/コンセントの電気を順番に入れます/)).toBeTruthy();
  });

  test('that flows again is said for a moment', async () => {
    const { acts } = hands();
    const shown = { session: aSession(), acts, old: false, age: '1秒', offline: false };
    const { rerender } = render(SessionLive, { ...shown, resumed: true });
    expect(heading('充電を再開しました Charging again')).toBeTruthy();
    await rerender({ ...shown, resumed: false });
    expect(screen.queryByRole('heading', { name: /充電を再開しました/ })).toBeNull();
  });
});

describe('an outlet without power', () => {
  const outlet = (different: Partial<Outlet>) =>
    render(OutletState, { outlet: anOutlet({ state: 'no_power', ...different }) });

  test.each([
    ['area', /^地域の停電です。あなたの操作やお車のせいではありません。/],
    ['outlet', /^このコンセントだけ、電気が来ていません。/],
    [null, /^あなたの操作やお車のせいではありません。電気が戻ると使えます。/],
  ] as const)('says where it is out: %s', (dark_because, sentence) => {
    outlet({ dark_because });
    expect(heading(/ここは停電しています/)).toBeTruthy();
    expect(screen.getByText(sentence)).toBeTruthy();
  });

  test('is not said to be charging where one’s own charge waits', () => {
    outlet({ state: 'busy', session_id: 'morning', dark_because: 'area' });
    expect(heading(/あなたの充電は、停電で中断しています/)).toBeTruthy();
    expect(screen.getByRole('link', { name: '充電の画面を開く' })).toBeTruthy();
  });
});
