import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Calls } from '../api/calls';
import { Problem } from '../api/problem';
import type { Session } from '../api/types';
import { newer } from '../kit/newer.svelte';
import { opening } from '../../shell/openings';
import * as shellWords from '../../shell/shell_words';
import { aSession } from '../testing/okayama';
import { speak } from '../words/speech.svelte';
import { Acts } from './acts.svelte';
import { Following } from './following.svelte';
import Home from './Home.svelte';
import NewVersion from './NewVersion.svelte';
import SessionPast from './SessionPast.svelte';
import SessionRow from './SessionRow.svelte';
import TellMe from './TellMe.svelte';
import { hear, lastHeard } from './last_known';
import { OwedStops } from './owed.svelte';
import type { TellingOutside } from './telling.svelte';

afterEach(cleanup);

const noAnswer = () => Promise.reject(new Problem('no-answer', 0, ''));

describe('a session opened without a network', () => {
  const past = (different: Partial<Session> = {}) => {
    const session = aSession(different);
    hear(session, Date.now() - 32 * 60_000);
    const owed = new OwedStops(
      { all: async () => [], keep: async () => {}, drop: async () => {} },
      { fetch: noAnswer, after: () => () => {}, now_ms: () => 0, sync: () => {} },
    );
    const calls = { stop: noAnswer, goOn: noAnswer, resume: noAnswer, payAgain: noAnswer };
    const acts = new Acts('morning', calls, () => {}, owed);
    render(SessionPast, { session, acts });
    return acts;
  };

  test('is told in the past tense, with its time, its age, and as old', () => {
    past();
    expect(screen.getByText(/14:53 には、充電中でした。/)).toBeTruthy();
    expect(screen.getByText(/古い 32分前/).closest('[data-m="unk"]')).toBeTruthy();
    expect(screen.getByText(/充電は続き、上限になると/)).toBeTruthy();
    expect(screen.getByRole('img', { name: /最後に聞いた数字です/ })).toBeTruthy();
    expect(document.body.textContent).not.toMatch(/充電中です|いまの電力/);
  });

  test('can be stopped, and is called not yet stopped', async () => {
    past();
    await fireEvent.click(screen.getByRole('button', { name: '充電を止める' }));
    await fireEvent.click(screen.getByRole('button', { name: '止める（107 円）' }));
    expect(await screen.findByText('まだ止まっていません')).toBeTruthy();
    expect(screen.getByText(/つながりしだい、自動で伝えます/)).toBeTruthy();
  });

  test('that was stopping offers no stop', () => {
    past({ state: 'stopping' });
    expect(screen.getByText(/止めているところでした/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /止める/ })).toBeNull();
  });
});

describe('following a session', () => {
  const following = (session: Calls['session']) =>
    new Following('morning', {
      session,
      eventsUrl: () => '/events',
    } as unknown as Calls);

  test('shows what this phone heard last where the server does not answer', async () => {
    hear(aSession(), 0);
    Object.assign(globalThis, { EventSource: class { addEventListener() {} close() {} } });
    const page = following(noAnswer);
    await page.load();
    expect([page.session?.state, page.past?.heard_at_ms, page.fault]).toEqual(['charging', 0, null]);
    expect(page.offline).toBe(true);
    page.take(aSession({ state: 'idle', sequence: 8 }));
    expect([page.session?.state, page.past]).toEqual(['idle', null]);
    expect(lastHeard('morning')?.session.state).toBe('idle');
    Reflect.deleteProperty(globalThis, 'EventSource');
  });

  test('says that it does not know where it has heard nothing', async () => {
    const page = following(noAnswer);
    await page.load();
    expect([page.session, (page.fault as Problem).slug]).toEqual([null, 'no-answer']);
  });

  test('believes the server that a session is gone, whatever it remembers', async () => {
    hear(aSession(), 0);
    const page = following(() => Promise.reject(new Problem('unknown-session', 404, '')));
    await page.load();
    expect([page.session, (page.fault as Problem).slug]).toEqual([null, 'unknown-session']);
  });
});

test('a known session in a list is called old, and in the past tense', () => {
  const { session_id, state, power_type, used_wh, price_yen, created_at_ms } = aSession();
  const place = aSession().outlet.place;
  const times = { created_at_ms, started_at_ms: null, ended_at_ms: null };
  const line = { session_id, state, power_type, used_wh, price_yen, place, ...times };
  render(SessionRow, { line, past: true });
  expect(screen.getByText(/充電中でした/)).toBeTruthy();
  expect(screen.getByText(/古い/)).toBeTruthy();
});

describe('the opening of home', () => {
  const asked = globalThis.fetch;
  beforeEach(() => void (globalThis.fetch = () => new Promise(() => {})));
  afterEach(() => void (globalThis.fetch = asked));

  test.each(['ja', 'en'] as const)('is what the page draws in %s', async (language) => {
    await speak(language);
    render(Home);
    const plain = (html: string) =>
      html
        .replace(/<!--.*?-->/g, '')
        .replace(/\s+/g, ' ')
        .replace(/> </g, '><')
        .replace(/ ?\/>/g, '>');
    const stand = document.createElement('div');
    stand.innerHTML = opening('home', shellWords[language]);
    const scan = '.scanme';
    const drawn = document.querySelector(scan)?.cloneNode(true) as HTMLElement;
    const shell = stand.querySelector(scan) as HTMLElement;
    expect(drawn.className).toBe(shell.className);
    expect(plain(drawn.querySelector('svg')?.innerHTML ?? '')).toBe(
      plain(shell.querySelector('svg')?.innerHTML ?? ''),
    );
    expect(drawn.textContent?.replace(/\s+/g, '')).toBe(shell.textContent?.replace(/\s+/g, ''));
    const enter = stand.lastElementChild?.textContent ?? 'nothing';
    expect(screen.getByRole('link', { name: enter })).toBeTruthy();
  });
});

test('a new version is offered only when it could not take over by itself', async () => {
  render(NewVersion);
  expect(screen.queryByRole('button')).toBeNull();
  newer.refused = true;
  expect(await screen.findByRole('button', { name: /新しい版があります/ })).toBeTruthy();
  newer.refused = false;
});

describe('the row that offers to tell', () => {
  const row = (browser: Partial<TellingOutside>) => {
    const outside: TellingOutside = {
      able: () => 'yes',
      permission: () => 'default',
      ask: async () => 'granted',
      subscribed: async () => null,
      subscribe: async () => ({
        endpoint: 'https://push.example/1',
        key: null,
        toJSON: () => ({ endpoint: 'https://push.example/1', keys: {} }),
        unsubscribe: async () => true,
      }),
      after: () => new Promise(() => {}),
      ...browser,
    };
    const calls = { key: async () => 'BKey', tell: async () => {}, forget: async () => {} };
    render(TellMe, { calls, outside });
  };

  test('says what will be told, and is on after one tap', async () => {
    row({});
    const button = await screen.findByRole('button', { name: /終わったら知らせる/ });
    expect(button.textContent).toMatch(/止まったとき/);
    expect(button.getAttribute('aria-pressed')).toBe('false');
    await fireEvent.click(button);
    expect(await screen.findByText(/画面を閉じても届きます/)).toBeTruthy();
    expect(button.getAttribute('aria-pressed')).toBe('true');
  });

  test('says how to allow it where it was refused', async () => {
    row({ permission: () => 'denied' });
    expect(await screen.findByText(/「通知」を許すと届きます/)).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });

  test('leads to the Home Screen on a phone that tells only installed apps', async () => {
    row({ able: () => 'home-screen' });
    expect(await screen.findByText(/ホーム画面に追加すると/)).toBeTruthy();
    expect(screen.getAllByRole('listitem')).toHaveLength(3);
  });
});
