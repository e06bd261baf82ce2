import { afterEach, expect, test } from 'vitest';
import { stayAwake } from './awake';

const settled = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

/** A phone whose screen stays lit while a lock is held. */
function phone(refuses = false) {
  let asked = 0;
  let held = 0;
  const wakeLock = {
    request: async () => {
      asked += 1;
      if (refuses) throw new DOMException('battery', 'NotAllowedError');
      held += 1;
      return { release: async () => void (held -= 1) };
    },
  };
  Object.defineProperty(navigator, 'wakeLock', { value: wakeLock, configurable: true });
  return { asked: () => asked, held: () => held };
}

afterEach(() => void Reflect.deleteProperty(navigator, 'wakeLock'));

test('the screen stays lit until the end', async () => {
  const { held } = phone();
  const end = stayAwake();
  await settled();
  expect(held()).toBe(1);
  end();
  await settled();
  expect(held()).toBe(0);
});

test('it is asked for again when the page is seen again', async () => {
  const { asked } = phone();
  const end = stayAwake();
  await settled();
  document.dispatchEvent(new Event('visibilitychange'));
  await settled();
  expect(asked()).toBe(2);
  end();
  document.dispatchEvent(new Event('visibilitychange'));
  await settled();
  expect(asked()).toBe(2);
});

test('a phone that refuses, or knows no such thing, goes dark as ever', async () => {
  const { held } = phone(true);
  stayAwake()();
  await settled();
  expect(held()).toBe(0);
  Reflect.deleteProperty(navigator, 'wakeLock');
  stayAwake()();
  await settled();
});
