import { expect, test } from 'vitest';
import { drawnAnew } from './drawn_anew';

function world(answers = true) {
  let reloads = 0;
  const clock = { now_ms: 1_000_000 };
  const outside = {
    now_ms: () => clock.now_ms,
    answers: async () => {
      if (!answers) throw new TypeError('network');
      return true;
    },
    reload: () => void (reloads += 1),
  };
  return { outside, clock, reloads: () => reloads };
}

test('a part that is gone draws the page anew, once', async () => {
  const { outside, reloads } = world();
  expect(await drawnAnew('/enter', outside)).toBe(true);
  expect(await drawnAnew('/enter', outside)).toBe(false);
  expect(reloads()).toBe(1);
});

test('after the next new version, once more', async () => {
  const { outside, clock, reloads } = world();
  await drawnAnew('/enter', outside);
  clock.now_ms += 3_600_000;
  expect(await drawnAnew('/enter', outside)).toBe(true);
  expect(reloads()).toBe(2);
});

test('a page is not given up for a server that does not answer', async () => {
  const { outside, reloads } = world(false);
  expect(await drawnAnew('/enter', outside)).toBe(false);
  expect(reloads()).toBe(0);
});
