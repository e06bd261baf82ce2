import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { keptHere } from '../kit/kept';
import { aMeterAtHome, aPower, told } from '../testing/home';
import { NOON_MS } from '../testing/okayama';
import { calendarLink, calendarOf } from './calendar';
import { failing } from './failing';
import { forgetMeter, hearPower, lastPower } from './last_power';
import { LOOK_MS, LOOK_MS_MAX, Watching, patience_ms } from './watching.svelte';
import { couldBeMail, wishOf, wrongIn } from './wish';
import { enAid } from '../words/en_aid';
import { jaAid } from '../words/ja_aid';

describe('planned works in a calendar', () => {
  const entry = {
    uid: 'works-1@konsento.example',
    title: '工事停電',
    text: '電柱の建て替え; 9:00, 片側\n通行',
    starts_at_ms: NOON_MS,
    until_ms: NOON_MS + 7_200_000,
    now_ms: NOON_MS,
  };

  test('are one event in the calendar’s own instants', () => {
    const lines = calendarOf(entry).split('\r\n');
    expect(lines).toContain('DTSTART:20261121T050200Z');
    expect(lines).toContain('DTEND:20261121T070200Z');
    expect(lines).toContain('UID:works-1@konsento.example');
    expect(lines.at(-1)).toBe('');
  });

  test('hold nothing that could begin a line of its own', () => {
    expect(calendarOf(entry)).toContain('DESCRIPTION:電柱の建て替え\\; 9:00\\, 片側\\n通行');
    const evil = calendarOf({ ...entry, text: 'a\r\nATTACH:https://evil.example/' });
    expect(evil).not.toMatch(/^ATTACH/m);
  });

  test('are folded at 75 bytes, between letters', () => {
    const long = calendarOf({ ...entry, text: '停電'.repeat(100) });
    for (const line of long.split('\r\n')) {
      expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
    }
    expect(long.replaceAll('\r\n ', '')).toContain('停電'.repeat(100));
  });

  test('of an unknown end last an hour, and are handed over as a file', () => {
    expect(calendarOf({ ...entry, until_ms: null })).toContain('DTEND:20261121T060200Z');
    expect(calendarLink(entry)).toMatch(/^data:text\/calendar;charset=utf-8,BEGIN%3AVCALENDAR/);
  });
});

describe('what this phone keeps of its meters', () => {
  test('is the last answer, with few of its notices', () => {
    const notices = [1, 2, 3, 4, 5, 6, 7].map((ago) => told('area', ago));
    hearPower(aPower(aMeterAtHome({ told: notices })), 5);
    expect(lastPower()).toMatchObject([{ now_ms: NOON_MS, heard_at_ms: 5 }]);
    expect(lastPower()[0]?.meter.told).toHaveLength(5);
  });

  test('stays as it was of a meter that could not be asked about', () => {
    hearPower(aPower(aMeterAtHome()), 5);
    hearPower(aPower(aMeterAtHome({ judgement: 'no_answer' })), 9);
    expect(lastPower()).toMatchObject([{ heard_at_ms: 5, meter: { judgement: 'powered' } }]);
  });

  test('goes with the registration', () => {
    hearPower(aPower(aMeterAtHome(), aMeterAtHome({ registration_id: 'shop' })), 5);
    forgetMeter('home');
    expect(lastPower().map(({ meter }) => meter.registration_id)).toEqual(['shop']);
    hearPower(aPower(), 9);
    expect(keptHere('power')).toBeNull();
  });
});

describe('watching', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('asks again every half minute, and seldom where nobody answers', () => {
    expect(patience_ms(0, 1)).toBe(LOOK_MS);
    expect([1, 2, 3, 4, 50].map((failures) => patience_ms(failures, 1))).toEqual([
      60_000,
      120_000,
      240_000,
      LOOK_MS_MAX,
      LOOK_MS_MAX,
    ]);
    expect(patience_ms(0, 60)).toBe(3_000);
  });

  const world = () => {
    const answers = { power: aPower(aMeterAtHome()), fails: false, asked: 0 };
    const power = async () => {
      answers.asked += 1;
      if (answers.fails) throw new Problem('no-answer', 0, '');
      return answers.power;
    };
    return { answers, watching: new Watching({ power }) };
  };

  test('shows the last answer as the past when the next one does not come', async () => {
    const { answers, watching } = world();
    const end = watching.start();
    await vi.advanceTimersByTimeAsync(10);
    expect([watching.lost, watching.power?.meters.length]).toEqual([false, 1]);
    answers.fails = true;
    await vi.advanceTimersByTimeAsync(LOOK_MS);
    expect([watching.lost, watching.past.length]).toEqual([true, 1]);
    answers.fails = false;
    await vi.advanceTimersByTimeAsync(2 * LOOK_MS);
    expect([watching.lost, answers.asked]).toEqual([false, 3]);
    end();
    await vi.advanceTimersByTimeAsync(10 * LOOK_MS);
    expect(answers.asked).toBe(3);
  });

  test('looks sooner after something was asked of a meter', async () => {
    const { answers, watching } = world();
    const end = watching.start();
    await vi.advanceTimersByTimeAsync(10);
    watching.expectNews();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(answers.asked).toBe(4);
    end();
  });

  test('asks nothing while nobody sees it, and at once when it is seen again', async () => {
    const { answers, watching } = world();
    const seen = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    const end = watching.start();
    await vi.advanceTimersByTimeAsync(10 * LOOK_MS);
    expect(answers.asked).toBe(1);
    seen.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(10);
    expect(answers.asked).toBe(2);
    end();
    seen.mockRestore();
  });
});

describe('what is typed to register', () => {
  const typed = { smid: 'SM-33-000012', customer: '３３ー０１２', postal: '〒700-0001', email: '' };

  test('may stand in any width, with or without hyphens', () => {
    expect(wrongIn(typed)).toEqual({});
    expect(wrongIn({ ...typed, postal: '７０００００１' })).toEqual({});
  });

  test('is called wrong only where the form is', () => {
    const nothing = { smid: ' ', customer: '', postal: '', email: 'haruka' };
    expect(wrongIn(nothing)).toEqual({
      smid: 'empty',
      customer: 'empty',
      postal: 'empty',
      email: 'emailWrong',
    });
    expect(wrongIn({ ...typed, postal: '700' })).toEqual({ postal: 'postalWrong' });
  });

  test('is passed on as it was typed, without an address where none was', () => {
    expect(wishOf({ ...typed, email: ' ' }, 'en')).toMatchObject({
      postal_code: '〒700-0001',
      email: null,
      language: 'en',
    });
  });

  test.each(['haruka@example.jp', ' a.b+c@d.example '])('%s could be mailed to', (address) => {
    expect(couldBeMail(address)).toBe(true);
  });
  test.each(['haruka', 'a@b', 'a b@c.jp', 'a@b.jp c'])('%s could not', (address) => {
    expect(couldBeMail(address)).toBe(false);
  });
});

describe('what did not work', () => {
  const { aid } = jaAid;

  test('is said in one sentence, and when to try again', () => {
    const spent = new Problem('too-many-tries', 429, '', { retry_after_s: 19_200 });
    expect(failing(spent, aid, 'ja')).toMatch(/少し休みます。 あと 5時間20分で、もう一度/);
    expect(failing(new Problem('no-answer', 0, ''), aid, 'ja')).toMatch(/サーバーの返事/);
    expect(failing(new TypeError('x'), aid, 'ja')).toBe(aid.failed['other']);
  });

  test('is the same whichever of the three was wrong', () => {
    const said = ['smid', 'postal', ''].map((detail) =>
      failing(new Problem('meter-not-matched', 422, detail), aid, 'ja'),
    );
    expect(new Set(said).size).toBe(1);
  });
});

describe('what did not work', () => {
  test.each([
    'no-answer',
    'unreadable',
    'internal-error',
    'invalid-request',
    'request-in-progress',
    'too-many-tries',
    'meter-not-matched',
    'too-many-registrations',
    'mail-address-unfit',
    'unknown-registration',
    'link-no-longer-valid',
    'outages-unknown',
  ])('is said in words of its own, in both languages: %s', (slug) => {
    for (const [words, language] of [
      [jaAid.aid, 'ja'],
      [enAid.aid, 'en'],
    ] as const) {
      const said = failing(new Problem(slug, 503, ''), words, language);
      expect(said).not.toBe('');
      expect(said).not.toBe(failing(new Problem('something-new', 500, ''), words, language));
    }
  });
});
