import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import type { DoorCalls } from '../api/door_calls';
import type { Addition, AdditionState, Card } from '../api/doors';
import { Problem } from '../api/problem';
import type { Session } from '../api/types';
import { keepHere, keptHere } from '../kit/kept';
import { NOON_MS, aReceipt, aSession } from '../testing/okayama';
import { ja } from '../words/ja';
import { jaCharging } from '../words/ja_charging';
import { jaFurther } from '../words/ja_further';
import { jaAid } from '../words/ja_aid';
import { jaSupply } from '../words/ja_supply';
import CardRows from './CardRows.svelte';
import { Cards } from './cards.svelte';
import MoreNote from './MoreNote.svelte';
import MoreSheet from './MoreSheet.svelte';
import ReceiptSheet from './ReceiptSheet.svelte';
import ReportSheet from './ReportSheet.svelte';
import Support from './Support.svelte';
import { additionsFor, mayAdd } from './adding';
import { takeToken } from './joining';
import { receiptText } from './receipt_text';

afterEach(cleanup);

const VISA: Card = { card_id: 'c1', brand: 'visa', last4: '4242', exp_month: 8, exp_year: 2029 };
const JCB: Card = { card_id: 'c2', brand: 'jcb', last4: '0505', exp_month: 11, exp_year: 2027 };
const signal = new AbortController().signal;
const button = (name: string | RegExp) => screen.getByRole('button', { name });

async function known(...cards: Card[]) {
  const forgotten: string[] = [];
  const calls = {
    cards: async () => cards,
    forgetCard: async (card_id: string) => void forgotten.push(card_id),
  };
  const mine = new Cards(calls);
  await mine.load(signal);
  return { mine, forgotten };
}

describe('the remembered cards', () => {
  test('offer the one used last on this device first', async () => {
    expect((await known(VISA, JCB)).mine.taken).toBe('c1');
    keepHere('card', 'c2');
    expect((await known(VISA, JCB)).mine.taken).toBe('c2');
    keepHere('card', 'gone');
    expect((await known(VISA, JCB)).mine.taken).toBe('c1');
    expect((await known()).mine.taken).toBeNull();
  });

  test('are none where the server does not answer: a card can be typed', async () => {
    const silent = () => Promise.reject(new Problem('no-answer', 0, ''));
    const mine = new Cards({ cards: silent, forgetCard: silent });
    await mine.load(signal);
    expect([mine.known, mine.taken]).toEqual([[], null]);
  });

  test('are forgotten by the second press, and not by the first', async () => {
    const { mine, forgotten } = await known(VISA, JCB);
    render(CardRows, { cards: mine, remember: false });
    await fireEvent.click(button('VISA •••• 4242 を消す'));
    expect(forgotten).toEqual([]);
    await fireEvent.click(button(/もう一度押すと/));
    await waitFor(() => expect(forgotten).toEqual(['c1']));
    expect(screen.queryByText('VISA •••• 4242')).toBeNull();
    expect(mine.taken).toBe('c2');
  });

  test('ask whether to remember only a card that is not remembered yet', async () => {
    const { mine } = await known(VISA);
    render(CardRows, { cards: mine, remember: false });
    expect(screen.queryByRole('checkbox')).toBeNull();
    await fireEvent.click(screen.getByRole('radio', { name: /別のカード/ }));
    expect(screen.getByRole('checkbox', { name: /このカードを次回も使う/ })).toBeTruthy();
    expect(keptHere('card')).toBeNull();
  });
});

const addition = (state: AdditionState, different: Partial<Addition> = {}): Addition => ({
  state,
  adds_wh: 2_000,
  adds_s: null,
  price_yen_max: 84,
  pay_url: null,
  reason: null,
  ...different,
});

describe('adding to a charge', () => {
  function add(answer: Session, cards: Card[] = [VISA]) {
    const asked: unknown[] = [];
    const left: string[] = [];
    const taken: Session[] = [];
    const calls = {
      cards: async () => cards,
      forgetCard: async () => {},
      additionQuote: async (_id: string, request: { by: string; value: number }) => {
        asked.push(request);
        return {
          quote_id: 'q1',
          adds_wh: request.value,
          adds_s: null,
          energy_wh: 4_000 + request.value,
          duration_s: null,
          price_yen_max: 84,
          unit_price_myen_per_kwh: 42_000,
          expires_at_ms: NOON_MS + 600_000,
        };
      },
      add: async (_id: string, quote_id: string, card_id: string | null) => {
        asked.push({ quote_id, card_id });
        return answer;
      },
    } as unknown as DoorCalls;
    render(MoreSheet, {
      open: true,
      session: aSession(),
      calls,
      onclose: () => {},
      ontake: (session: Session) => void taken.push(session),
      leave: (url: string) => void left.push(url),
    });
    return { asked, left, taken };
  }

  test('names the sum before it is held, and pays by the remembered card', async () => {
    const { asked, left, taken } = add(aSession({ addition: addition('applying') }));
    await fireEvent.click(screen.getByRole('radio', { name: '＋2.0 kWh' }));
    expect(await screen.findByText('6.0 kWh')).toBeTruthy();
    await fireEvent.click(button('84 円を追加で確保する'));
    await waitFor(() => expect(taken.length).toBe(1));
    expect(asked).toEqual([
      { by: 'energy', value: 2_000 },
      { quote_id: 'q1', card_id: 'c1' },
    ]);
    expect(left).toEqual([]);
  });

  test('without a card leads to the payment page, and to nothing that runs script', async () => {
    const page = 'https://pay.example/2';
    const first = add(aSession({ addition: addition('authorising', { pay_url: page }) }), []);
    await fireEvent.click(screen.getByRole('radio', { name: '＋2.0 kWh' }));
    await fireEvent.click(await screen.findByRole('button', { name: /84 円を追加/ }));
    await waitFor(() => expect(first.left).toEqual([page]));
    cleanup();
    const bad = addition('authorising', { pay_url: 'javascript:alert(1)' });
    const second = add(aSession({ addition: bad }), []);
    await fireEvent.click(screen.getByRole('radio', { name: '＋2.0 kWh' }));
    await fireEvent.click(await screen.findByRole('button', { name: /84 円を追加/ }));
    await waitFor(() => expect(second.taken.length).toBe(1));
    expect(second.left).toEqual([]);
  });

  test.each<[AdditionState, RegExp, RegExp]>([
    ['authorising', /追加のお支払いを確認しています/, /いまの上限まで続きます/],
    ['applying', /新しい上限を伝えています/, /2.0 kWh の追加/],
    ['added', /追加しました/, /新しい上限まで充電します/],
    ['refused', /追加できませんでした/, /追加の請求はありません/],
    ['cancelled', /追加をやめました/, /追加の請求はありません/],
  ])('%s is said in words, with what becomes of the charge', (state, title, text) => {
    render(MoreNote, { session: aSession({ addition: addition(state) }) });
    expect(screen.getByRole('heading', { name: title })).toBeTruthy();
    expect(screen.getByText(text)).toBeTruthy();
  });

  test('offers nothing that would cost less than a card can hold', () => {
    expect(additionsFor(aSession({ unit_price_myen_per_kwh: 42_000 }))).toEqual([
      2_000, 4_000, 8_000,
    ]);
    expect(additionsFor(aSession({ unit_price_myen_per_kwh: 50_000 }))[0]).toBe(1_000);
    expect(additionsFor(aSession({ by: 'time', unit_price_myen_per_kwh: 30_000 }))[0]).toBe(3_600);
  });

  test('offers power that costs nothing too', () => {
    const gift = aSession({ unit_price_myen_per_kwh: 0 });
    expect(additionsFor(gift)).toEqual([1_000, 2_000, 4_000]);
    expect(additionsFor({ ...gift, by: 'time' })).toEqual([1_800, 3_600, 7_200]);
  });

  test('is offered again only when the last wish has been answered', () => {
    expect(mayAdd(aSession())).toBe(true);
    expect(mayAdd(aSession({ addition: addition('authorising') }))).toBe(false);
    expect(mayAdd(aSession({ addition: addition('applying') }))).toBe(false);
    expect(mayAdd(aSession({ addition: addition('refused') }))).toBe(true);
    expect(mayAdd(aSession({ state: 'stopping' }))).toBe(false);
  });
});

describe('reporting a problem', () => {
  test('is a kind and a press, and the same press again is the same report', async () => {
    const keys: (string | undefined)[] = [];
    let silent = true;
    const report = async (_about: unknown, _report: unknown, key?: string) => {
      keys.push(key);
      if (silent) throw new Problem('no-answer', 0, '');
      return { report_id: 'r3p0rt12' };
    };
    const about = { session_id: 'morning' };
    render(ReportSheet, { open: true, about, onclose: () => {}, calls: { report } });
    await fireEvent.click(button('施設に知らせる'));
    expect(keys).toEqual([]);
    await fireEvent.click(screen.getByRole('radio', { name: 'コンセントが傷んでいる' }));
    await fireEvent.click(button('施設に知らせる'));
    expect(await screen.findByText(/サーバーの返事がありません/)).toBeTruthy();
    silent = false;
    await fireEvent.click(button('施設に知らせる'));
    expect(await screen.findByText('受付の番号 R3P0-RT12')).toBeTruthy();
    expect(keys.length).toBe(2);
    expect(keys[0]).toBe(keys[1]);
  });
});

describe('help', () => {
  test('names the charge shortly, and links only to what is a telephone number', () => {
    const session = aSession({ session_id: '7k2m9qxa4t3v8n5h6j1w0ecdfb' });
    render(Support, { session });
    expect(screen.getByText('お問い合わせの番号 1W0E-CDFB')).toBeTruthy();
    expect(screen.queryByRole('link')).toBeNull();
    cleanup();
    const phone = (number: string) =>
      aSession({ outlet: { ...session.outlet, phone: number } });
    render(Support, { session: phone('086-000-0000') });
    expect(screen.getByRole('link').getAttribute('href')).toBe('tel:0860000000');
    cleanup();
    render(Support, { session: phone('javascript:alert(1)') });
    expect(screen.queryByRole('link')).toBeNull();
  });
});

describe('a link to a charge', () => {
  test('gives up its key once, and leaves it nowhere in the address', () => {
    history.replaceState(0, '', '/s/morning#k=abcdefghjkmnpqrstvwxyz');
    expect(takeToken()).toBe('abcdefghjkmnpqrstvwxyz');
    expect(location.hash).toBe('');
    expect(takeToken()).toBeNull();
    history.replaceState(0, '', '/s/morning#k=<script>');
    expect(takeToken()).toBeNull();
    expect(location.hash).toBe('');
    history.replaceState(0, '', '/');
  });
});

describe('a receipt that is sent', () => {
  test('names the one that it takes the place of, on paper and in the text', () => {
    const receipt = aReceipt({ number: 'K-7KQ4-2', corrects: 'K-7KQ4', refunded_yen: 53 });
    const said = 'この領収書は K-7KQ4 に代わるものです。';
    expect(receiptText(receipt, { ...ja, ...jaFurther, ...jaCharging, ...jaSupply, ...jaAid }, 'ja')).toContain(said);
    render(ReceiptSheet, { receipt });
    expect(screen.getByText(said)).toBeTruthy();
    expect(screen.getByText('53 円')).toBeTruthy();
  });

  test('says that an outage ended it, and nothing where none did', () => {
    const words = { ...ja, ...jaFurther, ...jaCharging, ...jaSupply, ...jaAid };
    const receipt = aReceipt({ end_reason: 'power_lost' });
    expect(receiptText(receipt, words, 'ja')).toContain('停電で終わりました。');
    expect(receiptText(aReceipt(), words, 'ja')).not.toContain('停電');
    render(ReceiptSheet, { receipt });
    expect(screen.getByText(/停電で終わりました。/)).toBeTruthy();
  });

  test('says how long there was no power', () => {
    const words = { ...ja, ...jaFurther, ...jaCharging, ...jaSupply, ...jaAid };
    const receipt = aReceipt({ dark_ms: 23 * 60_000 });
    expect(receiptText(receipt, words, 'ja')).toContain('停電で止まっていた時間 23 分');
    render(ReceiptSheet, { receipt });
    expect(screen.getByText('停電で止まっていた時間').parentElement?.textContent).toContain('23 分');
  });

  test('says in text all that the paper says', () => {
    const text = receiptText(aReceipt(), { ...ja, ...jaFurther, ...jaCharging, ...jaSupply, ...jaAid }, 'ja');
    const said = ['KS-2026-000123', '42,871.32', '168 円（内 消費税 15 円）', 'T1234567890123'];
    for (const each of said) {
      expect(text).toContain(each);
    }
    expect(text).not.toContain('請求しない額');
    expect(text).not.toContain('代わる');
  });
});
