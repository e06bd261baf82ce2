import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PowerCalls } from '../api/power_calls';
import type { MyMeter } from '../api/power_types';
import { Problem } from '../api/problem';
import { NOON_MS } from '../testing/okayama';
import { aMeterAtHome, aPower, anOutage, told } from '../testing/home';
import { speak } from '../words/speech.svelte';
import PowerPage from './PowerPage.svelte';
import PowerRow from './PowerRow.svelte';
import { hearPower, lastPower } from './last_power';

afterEach(cleanup);
beforeEach(() => void vi.spyOn(Date, 'now').mockReturnValue(NOON_MS));
afterEach(() => void vi.restoreAllMocks());

const lost = () => Promise.reject(new Problem('no-answer', 0, ''));

/** The page over what the server says next; what was pressed is heard. */
function page(...meters: MyMeter[]) {
  const said = { meters, fails: false };
  const pressed: string[] = [];
  const calls: Pick<PowerCalls, 'power' | 'stillOut'> = {
    power: () => (said.fails ? lost() : Promise.resolve(aPower(...said.meters))),
    stillOut: async (id) => void pressed.push(id),
  };
  render(PowerPage, { calls });
  return { said, pressed, look: () => window.dispatchEvent(new Event('online')) };
}

describe('my power', () => {
  test('says first that the area is out, and when the next word comes', async () => {
    page(aMeterAtHome({ judgement: 'area', outage: anOutage(), told: [told('area', 26)] }));
    const title = await screen.findByRole('heading', { name: /お客様のお住まい地域が停電しています。/ });
    expect(title.closest('[data-m="danger"]')?.classList.contains('soft')).toBe(false);
    expect(within(title).getByText('The power is out in your area.').lang).toBe('en');
    expect(screen.getByText(/次のお知らせ .*14:32/)).toBeTruthy();
    expect(screen.getByText('岡山市北区奉還町・1,240 戸')).toBeTruthy();
    expect(await screen.findByText('冷蔵庫は開けない', {}, { timeout: 5_000 })).toBeTruthy();
    expect(screen.getByText(/area のお知らせ/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'まだ停電しています' })).toBeNull();
  });

  test('keeps the line of an outage that is over', async () => {
    const past = { outage: 'storm', since_ms: NOON_MS - 6_180_000, until_ms: NOON_MS };
    page(aMeterAtHome({ past, told: [told('restored', 0)] }));
    const line = await screen.findByText(/12:19–14:02（1時間43分）$/);
    expect(line.closest('div')?.textContent).toMatch(/^停電/);
  });

  test('shows the breaker box and the telephone where it is the home’s own', async () => {
    page(aMeterAtHome({ judgement: 'own_premises', grade: 'likely' }));
    expect(await screen.findByText('確からしさ：可能性が高い')).toBeTruthy();
    expect(await screen.findByRole('img', { name: /分電盤/ })).toBeTruthy();
    expect(screen.getByRole('link', { name: /0120-000-000/ }).getAttribute('href')).toBe(
      'tel:0120000000',
    );
  });

  test('never calls it on where nobody could be asked', async () => {
    hearPower(aPower(aMeterAtHome()), NOON_MS - 600_000);
    page(aMeterAtHome({ judgement: 'no_answer', stale: true }));
    expect(await screen.findByRole('heading', { name: /いまは、わかりません/ })).toBeTruthy();
    expect(screen.getByText('うちの電気は来ていました')).toBeTruthy();
    expect(screen.getByText(/古い/).closest('[data-m="unk"]')).toBeTruthy();
    expect(screen.queryByText('電気は来ています')).toBeNull();
  });

  test('passes on that it is still out, and looks for the answer', async () => {
    const { pressed } = page(aMeterAtHome({ judgement: 'unknown' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'まだ停電しています' }));
    expect(await screen.findByText(/メーターに問い合わせています/)).toBeTruthy();
    expect(pressed).toEqual(['home']);
  });

  test('offers planned works to the reader’s calendar', async () => {
    const starts_at_ms = NOON_MS + 7_200_000;
    const works = { outage: 'w', starts_at_ms, until_ms: null, cause_text: '' };
    page(aMeterAtHome({ planned: [works] }));
    const link = await screen.findByRole('link', { name: '予定に入れる' });
    expect(link.getAttribute('download')).toBe('konsento.ics');
    const entry = decodeURIComponent(link.getAttribute('href') ?? '');
    expect(entry).toContain('DTSTART:20261121T070200Z');
    expect(screen.getByText(/11月21日 16:02 に工事停電の予定/)).toBeTruthy();
  });

  test('has one full colour: of several meters the most urgent one’s', async () => {
    page(
      aMeterAtHome({ registration_id: 'shop', judgement: 'area', outage: anOutage() }),
      aMeterAtHome({ judgement: 'area', outage: anOutage() }),
    );
    await screen.findAllByRole('heading', { name: /停電しています。/, hidden: true });
    expect(document.querySelectorAll('.say:not(.soft)')).toHaveLength(1);
  });

  test('says what will stand here where nothing is registered', async () => {
    page();
    expect(await screen.findByText('まだメーターの登録がありません')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'メーターを登録' }).getAttribute('href')).toBe(
      '/power/new',
    );
  });

  test('alerts once when it changes, not when it opens', async () => {
    const { said, look } = page(aMeterAtHome());
    await screen.findByRole('heading', { name: /電気は来ています/ });
    expect(screen.getByRole('alert').textContent).toBe('');
    said.meters = [aMeterAtHome({ judgement: 'area', outage: anOutage() })];
    look();
    await vi.waitFor(() =>
      expect(screen.getByRole('alert').textContent).toBe('お客様のお住まい地域が停電しています。'),
    );
  });

  test('without a network is the past, with its age, and can be tried again', async () => {
    hearPower(aPower(aMeterAtHome()), NOON_MS - 32 * 60_000);
    const { said } = page(aMeterAtHome());
    cleanup();
    said.fails = true;
    render(PowerPage, { calls: { power: lost, stillOut: async () => {} } });
    expect(await screen.findByRole('heading', { name: /つながっていません/ })).toBeTruthy();
    expect(screen.getByText('うちの電気は来ていました')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'もう一度つなぐ' })).toBeTruthy();
    expect(screen.getByRole('link', { name: /0120-000-000/ })).toBeTruthy();
    expect(document.body.textContent).not.toContain('電気は来ています');
  });

  test('speaks English without a word of Japanese', async () => {
    await speak('en');
    page(aMeterAtHome({ judgement: 'area', outage: anOutage(), told: [told('area', 26)] }));
    await screen.findByRole('heading', { name: 'The power is out in your area.' });
    await screen.findByText('Keep the fridge shut');
    const said = document.body.textContent?.replace('日本語', '');
    expect(said).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  });
});

describe('home’s row', () => {
  test('is at once what was known last, called old, then how it is', async () => {
    hearPower(aPower(aMeterAtHome()), NOON_MS - 600_000);
    let answer: (power: ReturnType<typeof aPower>) => void = () => {};
    render(PowerRow, { calls: { power: () => new Promise((done) => (answer = done)) } });
    expect(await screen.findByText('うちの電気は来ていました')).toBeTruthy();
    answer(aPower(aMeterAtHome({ judgement: 'area', outage: anOutage() })));
    expect(await screen.findByText('お住まいの地域が停電しています')).toBeTruthy();
    expect(screen.queryByText(/古い/)).toBeNull();
    expect(screen.getByRole('link').getAttribute('href')).toBe('/power');
    expect(lastPower()[0]?.meter.judgement).toBe('area');
  });

  test('speaks of the most urgent meter, and says that there are others', async () => {
    const power = async () =>
      aPower(aMeterAtHome(), aMeterAtHome({ registration_id: 'shop', judgement: 'planned' }));
    render(PowerRow, { calls: { power } });
    expect(await screen.findByText('工事で停電しています')).toBeTruthy();
    expect(screen.getByText('ほか1件')).toBeTruthy();
  });
});
