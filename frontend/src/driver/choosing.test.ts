import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, describe, expect, test } from 'vitest';
import type { Outlet, Quote, Session } from '../api/types';
import { Problem } from '../api/problem';
import { CODE, NOON_MS, aReceipt, aSession, anOutlet } from '../testing/okayama';
import { type Intention, buy, intentionFor } from './buying';
import { Cards } from './cards.svelte';
import Choose from './Choose.svelte';
import Enter from './Enter.svelte';
import OutletState from './OutletState.svelte';
import ReceiptSheet from './ReceiptSheet.svelte';

afterEach(cleanup);

const sum = () => document.querySelector('.bar .mid')?.textContent;

describe('choosing', () => {
  const cards = () => new Cards({ cards: async () => [], forgetCard: async () => {} });
  const choose = () =>
    render(Choose, { outlet: anOutlet(), onchanged: () => {}, cards: cards() });
  const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name });

  test('begins with four kWh of the outlet’s own solar power', () => {
    choose();
    expect(field('充電する量（kWh）').value).toBe('4.0');
    expect(sum()).toBe('168円');
  });

  test('says once what it costs at most', () => {
    choose();
    expect(screen.getAllByText(/168/)).toHaveLength(1);
    expect(document.querySelector('.prices')?.textContent).toMatch(/42 円.*126 円/);
  });

  test('the sum follows every step', async () => {
    choose();
    await fireEvent.click(screen.getByRole('button', { name: '増やす' }));
    expect(field('充電する量（kWh）').value).toBe('4.5');
    expect(sum()).toBe('189円');
    await fireEvent.click(screen.getByRole('button', { name: '2 kWh 減らす' }));
    expect(sum()).toBe('105円');
  });

  test('a step is read out with its sum, and typing is not', async () => {
    choose();
    const said = () => screen.getByRole('status').textContent?.trim();
    await fireEvent.click(screen.getByRole('button', { name: '増やす' }));
    expect(said()).toBe('4.5 kWh 最大（税込） 189 円');
    await fireEvent.input(field('充電する量（kWh）'), { target: { value: '5' } });
    expect(said()).toBe('');
  });

  test('what is typed between two steps is taken to the nearest, and said', async () => {
    choose();
    const typed = field('充電する量（kWh）');
    await fireEvent.input(typed, { target: { value: '7.3' } });
    await fireEvent.blur(typed);
    expect(typed.value).toBe('7.5');
    expect(screen.getByText(/7.5 kWh にしました/)).toBeTruthy();
    expect(sum()).toBe('315円');
  });

  test('the amount stays when it is chosen another way', async () => {
    choose();
    await fireEvent.click(screen.getByRole('radio', { name: '時間' }));
    expect(field('充電する時間（分）').value).toBe('80');
    await fireEvent.click(screen.getByRole('radio', { name: '金額' }));
    expect(field('使う金額（円）').value).toBe('170');
    expect(sum()).toBe('169円');
  });

  test('is kept over a reload', async () => {
    choose();
    await fireEvent.click(screen.getByRole('button', { name: '増やす' }));
    cleanup();
    choose();
    expect(field('充電する量（kWh）').value).toBe('4.5');
  });

  test('another retailer’s price holds at once', async () => {
    await import('./PowerSheet.svelte');
    choose();
    await fireEvent.click(screen.getByRole('button', { name: /太陽光/ }));
    await fireEvent.click(await screen.findByRole('radio', { name: /みなと電力/ }));
    await fireEvent.click(screen.getByRole('button', { name: '太陽光・みなと電力にする' }));
    expect(sum()).toBe('160円');
  });
});

describe('buying', () => {
  const request = { code: CODE, by: 'energy', energy_wh: 4_000 } as const;
  const buyer = {
    request: { ...request, power_type: 'solar' as const, retailer_id: 'harukaze' },
    email: null,
    language: 'ja' as const,
  };
  const quote = { quote_id: 'q1', expires_at_ms: NOON_MS + 600_000 } as Quote;
  const signal = new AbortController().signal;

  async function attempt(before: Intention, start: () => Promise<Session>) {
    const keys: (string | undefined)[] = [];
    let memory: Intention | null = before;
    const calls = {
      quote: async (_request: unknown, key?: string) => (keys.push(key), quote),
      start: async (_request: unknown, key?: string) => (keys.push(key), start()),
    };
    const remember = (next: Intention | null) => (memory = next);
    const outcome = await buy(calls, before, buyer, remember, () => {}, signal).catch(
      (fault: unknown) => fault,
    );
    return { keys, memory: memory as Intention | null, outcome };
  }

  test('pressing again after a lost answer starts the same session', async () => {
    const first = intentionFor(null, buyer, NOON_MS);
    const lost = await attempt(first, () => Promise.reject(new Problem('no-answer', 0, '')));
    expect(lost.memory?.quote).toEqual(quote);
    const again = intentionFor(lost.memory, buyer, NOON_MS + 1_000);
    const done = await attempt(again, () => Promise.resolve(aSession()));
    expect(done.keys).toEqual([first.start_key]);
    expect(lost.keys).toEqual([first.quote_key, first.start_key]);
  });

  test('a quote that no longer holds is asked for anew', async () => {
    const held = { ...intentionFor(null, buyer, NOON_MS), quote };
    expect(intentionFor(held, buyer, NOON_MS + 599_000).quote).toBeNull();
    const expired = await attempt(held, () =>
      Promise.reject(new Problem('quote-expired', 410, '')),
    );
    expect(expired.memory).toBeNull();
  });

  test('a remembered card goes with the start, and needs no tick', async () => {
    const asked: unknown[] = [];
    const calls = {
      quote: async () => quote,
      start: async (request: unknown) => (asked.push(request), aSession()),
    };
    const start = (more: object) =>
      buy(
        calls,
        intentionFor(null, buyer, NOON_MS),
        { ...buyer, ...more },
        () => {},
        () => {},
        signal,
      );
    await start({ card_id: 'c1', remember_card: true });
    await start({ card_id: null, remember_card: true });
    await start({ card_id: null, remember_card: false });
    const plain = { quote_id: 'q1', email: null, language: 'ja' };
    expect(asked).toEqual([
      { ...plain, card_id: 'c1', remember_card: false },
      { ...plain, card_id: null, remember_card: true },
      { ...plain, card_id: null, remember_card: false },
    ]);
  });

  test('another choice is another intention', () => {
    const held = { ...intentionFor(null, buyer, NOON_MS), quote };
    const other = { ...buyer, email: 'haruka@example.test' };
    expect(intentionFor(held, other, NOON_MS).start_key).not.toBe(held.start_key);
  });
});

describe('an outlet that cannot be used', () => {
  test.each<[Partial<Outlet>, RegExp]>([
    [{ state: 'busy', free_in_s: 1_740 }, /使用中です/],
    [{ state: 'no_power' }, /停電しています/],
    [{ state: 'faulty' }, /使えません/],
    [{ state: 'unreachable' }, /返事がありません/],
  ])('%o says why and where to go', (different, title) => {
    render(OutletState, { outlet: anOutlet(different) });
    expect(screen.getByRole('heading', { level: 2, name: title })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'ほかのコンセントを読み取る' })).toBeTruthy();
  });

  test('calls the site in words, where it has a telephone', () => {
    render(OutletState, { outlet: anOutlet({ state: 'faulty', phone: '086-012-3456' }) });
    const call = screen.getByRole('link', { name: '施設に電話 086-\u2060012-\u20603456' });
    expect(call.getAttribute('href')).toBe('tel:0860123456');
  });

  test('leads back to one’s own charge', () => {
    render(OutletState, { outlet: anOutlet({ state: 'busy', session_id: 'morning' }) });
    const link = screen.getByRole('link', { name: '充電の画面を開く' });
    expect(link.getAttribute('href')).toBe('/s/morning');
  });
});

describe('typing the code', () => {
  const type = async (value: string) => {
    render(Enter);
    const field = screen.getByRole<HTMLInputElement>('textbox', { name: 'コンセントの番号' });
    field.value = value;
    field.setSelectionRange(value.length, value.length);
    await fireEvent.input(field);
    return field;
  };

  test('tells the likely wrong character at once', async () => {
    const field = await type(CODE.replace('M', 'N'));
    expect(screen.getByText(/6文字目をもう一度/)).toBeTruthy();
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  test('does not complain before it is whole, unless asked', async () => {
    const field = await type('k7px3m');
    expect(field.value).toBe('K7PX3-M');
    expect(field.hasAttribute('aria-invalid')).toBe(false);
    await fireEvent.click(screen.getByRole('button', { name: '確認する' }));
    expect(screen.getByText('あと 4 文字です。')).toBeTruthy();
  });
});

test('a receipt names the issuer, the registers and the tax', () => {
  render(ReceiptSheet, { receipt: aReceipt() });
  const paper = document.body.textContent ?? '';
  for (const said of ['42,871.32', '42,875.32', '4.00 kWh', '168 円（内 消費税 15 円）']) {
    expect(paper).toContain(said);
  }
  expect(paper).toContain('登録番号 T1234567890123');
  expect(paper).toContain('VISA 4242 で支払い済み');
});

test('a receipt that is not paid yet says so, and is not called free', () => {
  render(ReceiptSheet, { receipt: aReceipt({ paid_yen: 0, unpaid_yen: 168, billed_wh: 3_990 }) });
  const paper = document.body.textContent ?? '';
  expect(paper).toContain('お支払いが済んでいません');
  expect(paper).not.toContain('請求なし');
  expect(paper).toContain('3.99 kWh');
});

test('a receipt without registers or hours leaves them open', () => {
  const open = { opening_register_wh: null, closing_register_wh: null };
  render(ReceiptSheet, { receipt: aReceipt({ started_at_ms: null, ended_at_ms: null, ...open }) });
  expect(screen.getAllByText('–')).toHaveLength(2);
});
