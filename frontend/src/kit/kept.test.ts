import { afterEach, describe, expect, test, vi } from 'vitest';
import { keep, keepHere, kept, keptHere } from './kept';

afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

describe('what is kept', () => {
  test('on the tab is not on the device, and the other way round', () => {
    keep('choice', 1);
    keepHere('email', 'haruka@example.test');
    expect([kept('choice'), keptHere('choice')]).toEqual([1, null]);
    expect([kept('email'), keptHere('email')]).toEqual([null, 'haruka@example.test']);
  });

  test('by another version of the app is not read', () => {
    localStorage.setItem('konsento.0.choice', '{"by":"energy"}');
    localStorage.setItem('konsento.choice', '{"by":"energy"}');
    expect(keptHere('choice')).toBeNull();
  });

  test('damaged is nothing', () => {
    localStorage.setItem('konsento.1.choice', '{"by":');
    expect(keptHere('choice')).toBeNull();
  });

  test('is forgotten by null', () => {
    keepHere('card', 'c1');
    keepHere('card', null);
    expect(keptHere('card')).toBeNull();
    expect(localStorage.length).toBe(0);
  });

  test('nowhere, where the browser refuses storage, is no error', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('', 'QuotaExceededError');
    });
    expect(() => keepHere('choice', 1)).not.toThrow();
  });
});
