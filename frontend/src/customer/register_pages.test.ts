import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MailCalls, PowerCalls } from '../api/power_calls';
import type { Meter } from '../api/power_types';
import { Problem } from '../api/problem';
import { here } from '../kit/router.svelte';
import { aMeterAtHome, aPower } from '../testing/home';
import { NOON_MS } from '../testing/okayama';
import MailPage from './MailPage.svelte';
import MeterPage from './MeterPage.svelte';
import Register from './Register.svelte';
import { hearPower, lastPower } from './last_power';

afterEach(cleanup);

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const type = (label: string | RegExp, value: string) =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } });

describe('registering', () => {
  function page(fault: Problem | null = null) {
    const heard: unknown[] = [];
    const said = { fault };
    const calls: Pick<PowerCalls, 'register' | 'power'> = {
      register: async (wish) => {
        heard.push(wish);
        if (said.fault) throw said.fault;
        return { registration_id: 'home' };
      },
      power: async () => aPower(aMeterAtHome()),
    };
    render(Register, { calls });
    return { heard, said };
  }
  async function fill() {
    await type('メーターの番号', 'SM-33-000012');
    await type('お客様番号', '33-000012-67');
    await type(/郵便番号/, '700-0001');
  }

  test('asks nobody while something is missing, and leads to the field', async () => {
    const { heard } = page();
    await type('メーターの番号', 'SM-33-000012');
    await type(/郵便番号/, '700');
    await press('登録してお知らせを受ける');
    expect(heard).toEqual([]);
    const customer = screen.getByLabelText(/お客様番号/);
    expect(document.activeElement).toBe(customer);
    expect(customer.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByText('7けたの数字で入れてください。')).toBeTruthy();
  });

  test('never says which is wrong, and keeps what was typed over a reload', async () => {
    page(new Problem('meter-not-matched', 422, ''));
    await fill();
    await press('登録してお知らせを受ける');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toMatch(/3つの組み合わせが確かめられません/);
    expect(document.querySelectorAll('[aria-invalid]')).toHaveLength(0);
    cleanup();
    page();
    expect((screen.getByLabelText('お客様番号') as HTMLInputElement).value).toBe('33-000012-67');
  });

  test('says when it may be tried again', async () => {
    page(new Problem('too-many-tries', 429, '', { retry_after_s: 7_200 }));
    await fill();
    await press('登録してお知らせを受ける');
    expect((await screen.findByRole('alert')).textContent).toMatch(/あと 2時間で/);
  });

  test('once done says what follows, and what was typed is forgotten', async () => {
    const { heard } = page();
    await fill();
    await type(/メールアドレス/, 'haruka@example.jp');
    await press('登録してお知らせを受ける');
    expect(await screen.findByText('登録しました')).toBeTruthy();
    expect(screen.getByText(/haruka@example.jp に確認のメールを送りました/)).toBeTruthy();
    expect(heard).toEqual([
      {
        smid: 'SM-33-000012',
        customer_number: '33-000012-67',
        postal_code: '700-0001',
        email: 'haruka@example.jp',
        language: 'ja',
      },
    ]);
    expect(sessionStorage.getItem('konsento.meter_typed')).toBeNull();
    expect(lastPower()).toHaveLength(1);
  });
});

describe('one registration', () => {
  const aMeter = (different: Partial<Meter> = {}): Meter => ({
    registration_id: 'home',
    smid: 'SM-33-000012',
    area: '33-001',
    email: null,
    email_state: 'unset',
    planned_mail: true,
    since_ms: NOON_MS,
    ...different,
  });
  function page(meter: Meter | null = aMeter()) {
    const heard: unknown[] = [];
    const said = { meter };
    const calls = {
      meters: async () => (said.meter ? [said.meter] : []),
      email: async (_id: string, email: string | null) => {
        heard.push(['email', email]);
        said.meter = aMeter({ email, email_state: email ? 'to_confirm' : 'unset' });
      },
      planned: async (_id: string, on: boolean) => void heard.push(['planned', on]),
      tryNotices: async (id: string) => void heard.push(['test', id]),
      unregister: async (id: string) => void heard.push(['end', id]),
    };
    render(MeterPage, { id: 'home', calls });
    return { heard };
  }

  test('takes an address, and says that a mail must be confirmed first', async () => {
    const { heard } = page();
    await screen.findByText('メールは送りません。');
    await type('メールアドレス', 'haruka');
    await press('このアドレスで受け取る');
    expect(screen.getByText('メールアドレスの形を確かめてください。')).toBeTruthy();
    await type('メールアドレス', ' haruka@example.jp ');
    await press('このアドレスで受け取る');
    expect(await screen.findByText(/確認のメールを送りました/)).toBeTruthy();
    expect(heard).toEqual([['email', 'haruka@example.jp']]);
  });

  test('sends a notice on trial', async () => {
    const { heard } = page();
    await screen.findByText('メールは送りません。');
    await press('試しに知らせる');
    expect(await screen.findByText(/ふつう数秒で届きます/)).toBeTruthy();
    expect(heard).toEqual([['test', 'home']]);
  });

  test('ends only after a second press, and this phone forgets it', async () => {
    hearPower(aPower(aMeterAtHome()), NOON_MS);
    const { heard } = page();
    await screen.findByText('メールは送りません。');
    await press('このメーターの登録をやめる');
    expect(heard).toEqual([]);
    await press('もう一度押すと、登録をやめます');
    await expect.poll(() => here()).toEqual({ page: 'power' });
    expect(heard).toEqual([['end', 'home']]);
    expect(lastPower()).toEqual([]);
  });

  test('that is not this visitor’s is not found', async () => {
    page(null);
    expect(await screen.findByText('この登録は見つかりません')).toBeTruthy();
  });
});

describe('a link of a mail', () => {
  beforeEach(() => history.replaceState(0, '', '/mail/confirm#2qvbk'));
  const page = (what: string, different: Partial<MailCalls> = {}) => {
    const heard: string[] = [];
    const hear = (verb: string) => (token: string) => {
      heard.push(`${verb} ${token}`);
      return Promise.resolve({ registration_id: null, mail_list: 'outages' as const });
    };
    const calls = { confirm: hear('confirm'), stop: hear('stop'), resume: hear('resume') };
    render(MailPage, { what, calls: { ...calls, ...different } });
    return heard;
  };

  test('changes nothing before a press, and stands in the address bar no longer', async () => {
    const heard = page('confirm');
    expect(await screen.findByText(/受け取りますか/)).toBeTruthy();
    expect([heard, location.hash]).toEqual([[], '']);
    await press('このアドレスで受け取る');
    expect(await screen.findByText('お知らせは、メールでも届きます')).toBeTruthy();
    expect(heard).toEqual(['confirm 2qvbk']);
  });

  test('is still there after a reload', async () => {
    page('confirm');
    cleanup();
    page('confirm');
    expect(await screen.findByRole('button', { name: 'このアドレスで受け取る' })).toBeTruthy();
  });

  test('stops the mails that it names, and has them begin again', async () => {
    const heard = page('stop');
    await screen.findByText(/止めますか/);
    await press('メールを止める');
    expect(await screen.findByText('停電のお知らせのメールを止めました')).toBeTruthy();
    await press('やはり受け取る');
    expect(await screen.findByText('メールはまた届きます')).toBeTruthy();
    expect(heard).toEqual(['stop 2qvbk', 'resume 2qvbk']);
  });

  const OVER = ['link-no-longer-valid', 'not-found'];
  test.each(OVER)('that is over (%s) is said to be', async (slug) => {
    page('confirm', { confirm: () => Promise.reject(new Problem(slug, 422, '')) });
    await fireEvent.click(await screen.findByRole('button', { name: 'このアドレスで受け取る' }));
    expect((await screen.findByRole('alert')).textContent).toMatch(/もう使えません/);
    expect(screen.queryByRole('button', { name: 'このアドレスで受け取る' })).toBeNull();
  });

  test('that was cut short offers nothing to press', async () => {
    history.replaceState(0, '', '/mail/stop');
    page('stop');
    expect(await screen.findByText(/途中で切れている/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'メールを止める' })).toBeNull();
  });
});
