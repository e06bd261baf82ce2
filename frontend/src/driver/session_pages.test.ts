import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import type { EndReason, Session, SessionState } from '../api/types';
import { NOON_MS, aSession } from '../testing/okayama';
import { speak } from '../words/speech.svelte';
import { Acts } from './acts.svelte';
import SessionEnd from './SessionEnd.svelte';
import SessionLive from './SessionLive.svelte';
import SessionPause from './SessionPause.svelte';
import SessionWait from './SessionWait.svelte';

afterEach(cleanup);

/** What the driver did, as the server would hear it. */
function hands(answer: Session = aSession()) {
  const heard: string[] = [];
  const keys: (string | undefined)[] = [];
  const act = (name: string) => async (_id: string, key?: string, pause?: number) => {
    heard.push(pause ? `${name} ${pause}` : name);
    keys.push(key);
    if (answer.session_id === 'silent') throw new Error('no answer');
    return answer;
  };
  const calls = { stop: act('stop'), goOn: act('goOn'), resume: act('resume'), payAgain: act('payAgain') };
  return { acts: new Acts('morning', calls, () => {}), heard, keys };
}

const paying = (state: 'none' | 'checking' | 'refused', different: Partial<Session> = {}) =>
  aSession({
    state: 'authorising',
    payment: { state, held_yen: 0, captured_yen: 0, card_brand: null, card_last4: null },
    authorised_at_ms: null,
    accepted_at_ms: null,
    switched_on_at_ms: null,
    ...different,
  });

const button = (name: string | RegExp) => screen.getByRole('button', { name });
const heading = (name: string | RegExp) => screen.getByRole('heading', { name });

describe('before power flows', () => {
  const wait = (session: Session, answer?: Session) => {
    const left: string[] = [];
    const own = hands(answer);
    const leave = (url: string) => void left.push(url);
    render(SessionWait, { session, acts: own.acts, offline: false, leave });
    return { ...own, left };
  };

  test('an unpaid session leads to its payment page', async () => {
    const { left } = wait(paying('none', { pay_url: 'https://pay.example/1' }));
    expect(heading(/お支払いがまだです/)).toBeTruthy();
    await fireEvent.click(button('168 円のお支払いへ'));
    expect(left).toEqual(['https://pay.example/1']);
  });

  test('a declined payment is offered again in the same session', async () => {
    const { left, heard } = wait(
      paying('refused'),
      paying('none', { pay_url: 'https://pay.example/2' }),
    );
    expect(screen.getByText(/電気は流れておらず、請求もありません/)).toBeTruthy();
    await fireEvent.click(button('ほかのカードで払う'));
    await Promise.resolve();
    expect(heard).toEqual(['payAgain']);
    expect(left).toEqual(['https://pay.example/2']);
  });

  test('never sends the browser to anything but a web address', async () => {
    const { left } = wait(paying('none', { pay_url: 'javascript:alert(1)' }));
    await fireEvent.click(button('168 円のお支払いへ'));
    expect(left).toEqual([]);
  });

  test('checking the payment does not claim that anything is held', () => {
    wait(paying('checking'));
    expect(heading(/お支払いを確認しています/)).toBeTruthy();
    expect(screen.queryByText(/確保/)).toBeNull();
  });

  test('switching on shows what is done, with its time, and what is waited for', () => {
    wait(aSession({ state: 'starting', switched_on_at_ms: null }));
    expect(screen.getByText(/168 円を確保・14:01:50/)).toBeTruthy();
    const current = document.querySelector('[aria-current="step"]');
    expect(current?.textContent).toContain('スイッチを入れています');
    expect(screen.getByRole('img', { name: /スイッチは切れています/ })).toBeTruthy();
  });

  test('cancelling is one press and says that nothing is charged', async () => {
    const { heard } = wait(aSession({ state: 'starting', switched_on_at_ms: null }));
    await fireEvent.click(button('やめる（請求しません）'));
    expect(heard).toEqual(['stop']);
  });
});

describe('while power is on', () => {
  const live = (different: Partial<Session> = {}, old = false) => {
    const own = hands();
    const session = aSession(different);
    render(SessionLive, { session, acts: own.acts, old, age: '40秒', offline: false });
    return own;
  };

  test('the ring tells how far it is, the meter that it measures', () => {
    live();
    const ring = screen.getByRole('progressbar', { name: '充電の進み' });
    expect(ring.getAttribute('aria-valuenow')).toBe('64');
    expect(screen.getByRole('img', { name: /メーター 42873。右の印が点滅/ })).toBeTruthy();
    expect(screen.getByRole('table', { name: '電力の移り変わり' })).toBeTruthy();
  });

  test('stopping asks once, with the sum, and only then tells the server', async () => {
    const { heard } = live();
    await fireEvent.click(button('充電を止める'));
    expect(heard).toEqual([]);
    expect(screen.getByRole('dialog', { name: '充電を止めますか' })).toBeTruthy();
    await fireEvent.click(button('止める（107 円）'));
    expect(heard).toEqual(['stop']);
  });

  test('a sum too small for a card is not said to be paid', async () => {
    live({ price_yen: 17, due_yen: 0, used_wh: 410 });
    await fireEvent.click(button('充電を止める'));
    expect(screen.getByText(/17 円は、カード会社の最低額に届かないため請求しません/)).toBeTruthy();
    expect(button('止める（請求なし）')).toBeTruthy();
  });

  test('no power yet asks for the plug', () => {
    live({ used_wh: 0, power_w: 0, counted_from: 'first_use' });
    expect(heading('プラグを差してください Plug in now')).toBeTruthy();
    expect(screen.getByText(/流れ始めてから数えます/)).toBeTruthy();
  });

  test('old figures are called old, and the meter’s marks are not claimed', () => {
    live({}, true);
    expect(heading('40秒前の数字です These figures are old')).toBeTruthy();
    expect(screen.getByRole('img', { name: /最後に聞いた数字です/ })).toBeTruthy();
  });
});

describe('when nothing flows', () => {
  const pause = (
    state: SessionState,
    answer?: Session,
    end_reason: EndReason | null = null,
    different: Partial<Session> = {},
  ) => {
    const own = hands(answer);
    const session = aSession({ state, end_reason, deadline_ms: NOON_MS, ...different });
    render(SessionPause, { session, acts: own.acts, offline: false });
    return own;
  };

  test('idle offers to finish at the sum so far, or to go on', async () => {
    const { heard } = pause('idle');
    expect(heading(/電気が流れていません/)).toBeTruthy();
    expect(screen.getByRole('img', { name: /両方の印が点灯/ })).toBeTruthy();
    await fireEvent.click(button('プラグを直した。続ける'));
    await Promise.resolve();
    await fireEvent.click(button('終わる（107 円）'));
    expect(heard).toEqual(['goOn', 'stop']);
  });

  test('a pause says why, that nothing flows until resumed, and asks', async () => {
    const { heard } = pause('paused', aSession(), null, { pause: 2, power_w: 0, left_s: null });
    expect(heading(/充電が止まりました/)).toBeTruthy();
    expect(screen.getByText(/何をつないでも電気は流れません/)).toBeTruthy();
    expect(screen.getByRole('img', { name: /スイッチは切れています/ })).toBeTruthy();
    expect(screen.queryByText(/止まっている間も進みます/)).toBeNull();
    await fireEvent.click(button('再開する'));
    await Promise.resolve();
    await fireEvent.click(button('終わる（107 円）'));
    expect(heard).toEqual(['resume 2', 'stop']);
  });

  test.each(['idle', 'paused'] as const)('says when more can be added, while %s', (state) => {
    pause(state);
    expect(screen.getByText('量は、電気が流れているあいだに追加できます。')).toBeTruthy();
    expect(screen.queryByRole('button', { name: '量を追加' })).toBeNull();
  });

  test('time that was chosen goes on in a pause, and is said to', () => {
    pause('paused', aSession(), null, { pause: 1, left_s: 600, now_ms: NOON_MS });
    expect(screen.getByText(/選んだ時間は、止まっている間も進みます/)).toBeTruthy();
  });

  test('what is being resumed can still be ended', async () => {
    const { heard } = pause('resuming');
    expect(heading(/電気を入れ直しています/)).toBeTruthy();
    await fireEvent.click(button('終わる（107 円）'));
    expect(heard).toEqual(['stop']);
  });

  test('a press that did not arrive is said, and pressed again is the same intention', async () => {
    const { keys } = pause('idle', aSession({ session_id: 'silent' }));
    await fireEvent.click(button('終わる（107 円）'));
    expect(await screen.findByText(/伝えられませんでした/)).toBeTruthy();
    await fireEvent.click(button('終わる（107 円）'));
    expect(keys[0]).toBeTruthy();
    expect(keys[1]).toBe(keys[0]);
  });

  test('a silent meter is not called an outage, and its figures have their time', () => {
    pause('link_lost');
    expect(heading(/メーターの返事を待っています/)).toBeTruthy();
    expect(screen.getByText('14:53 時点')).toBeTruthy();
    expect(document.body.textContent).not.toContain('停電');
  });

  test('a bill that waits for power to come back is not said to take seconds', () => {
    pause('settling', aSession(), 'power_lost');
    expect(heading(/停電で止まりました/)).toBeTruthy();
    expect(screen.queryByText(/数秒/)).toBeNull();
    expect(screen.getByText(/あなたの操作やお車のせいではありません/)).toBeTruthy();
  });

  test('stopping is not called stopped', () => {
    pause('stopping');
    expect(heading(/止めています/)).toBeTruthy();
    expect(screen.queryAllByRole('button', { name: /終わる/ })).toEqual([]);
  });
});

describe('the end', () => {
  const end = (different: Partial<Session>) =>
    render(SessionEnd, {
      session: aSession({
        state: 'settled',
        ended_at_ms: NOON_MS + 4_800_000,
        closing_register_wh: 42_875_030,
        used_wh: 3_710,
        price_yen: 155,
        receipt_ready: true,
        payment: {
          state: 'captured',
          held_yen: 168,
          captured_yen: 155,
          card_brand: 'visa',
          card_last4: '4242',
        },
        ...different,
      }),
    });

  test.each<[EndReason, RegExp]>([
    ['energy_limit', /選んだ量まで/],
    ['time_limit', /選んだ時間まで/],
    ['money_limit', /選んだ金額まで/],
    ['driver', /あなたが止めました/],
    ['operator', /施設の担当者が止めました/],
    ['load_gone', /電気が流れなくなった/],
    ['link_lost', /返事が途絶えた/],
    ['power_lost', /停電で終わりました/],
  ])('%s is told with the bill and the receipt', (end_reason, why) => {
    end({ end_reason });
    expect(screen.getByText(why)).toBeTruthy();
    expect(heading(/充電が終わりました 155 円/)).toBeTruthy();
    expect(screen.getByText(/はかった 3.71 kWh の分、155 円だけ/)).toBeTruthy();
    expect(screen.getByText(/残りの確保 13 円は解除しました/)).toBeTruthy();
    const receipt = screen.getByRole('link', { name: '領収書を見る' });
    expect(receipt.getAttribute('href')).toBe('/s/morning/receipt');
  });

  const none = { captured_yen: 0, card_brand: null, card_last4: null };

  test('nothing drawn costs nothing, and the hold is released', () => {
    end({
      end_reason: 'no_load',
      used_wh: 0,
      price_yen: 0,
      payment: { state: 'released', held_yen: 168, ...none },
    });
    expect(heading(/請求はありません/)).toBeTruthy();
    expect(screen.getByText(/確保していた 168 円は解除します/)).toBeTruthy();
  });

  test.each<[SessionState, EndReason, RegExp]>([
    ['cancelled', 'driver', /やめました。請求はありません/],
    ['cancelled', 'payment_expired', /やめました。請求はありません/],
    ['refused', 'payment_expired', /お支払いの期限が過ぎました。請求はありません/],
    ['start_failed', 'start_failed', /電気を入れられませんでした。請求はありません/],
  ])('%s by %s offers the same outlet again', (state, end_reason, title) => {
    end({ state, end_reason, payment: { state: 'released', held_yen: 0, ...none } });
    expect(heading(title)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'もう一度' })).toBeTruthy();
  });

  test('is told in English too', async () => {
    await speak('en');
    end({ end_reason: 'power_lost' });
    expect(screen.getByText(/A power outage ended it/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'See the receipt' })).toBeTruthy();
  });
});
