import { describe, expect, test } from 'vitest';
import { placeOf } from './router.svelte';

describe('an address', () => {
  test.each([
    ['/', { page: 'home' }],
    ['/scan', { page: 'scan' }],
    ['/enter/', { page: 'enter' }],
    ['/history', { page: 'history' }],
    ['/o/K7PX3M8Q8Z', { page: 'outlet', code: 'K7PX3M8Q8Z' }],
    ['/o/K7PX3-M8Q8Z', { page: 'outlet', code: 'K7PX3-M8Q8Z' }],
    ['/s/0190-abc', { page: 'session', id: '0190-abc' }],
    ['/s/0190-abc/receipt', { page: 'receipt', id: '0190-abc' }],
    ['/power', { page: 'power' }],
    ['/power/new', { page: 'register' }],
    ['/power/0190abc', { page: 'meter', id: '0190abc' }],
    ['/mail/confirm', { page: 'mail', what: 'confirm' }],
  ])('%s names its page', (path, place) => {
    expect(placeOf(path)).toEqual(place);
  });

  test.each([
    '/s/',
    '/s/a/b',
    '/s/a/receipt/x',
    '/o/a%2Fb',
    '/o/a/b',
    '/x',
    '/desk',
    '//evil',
    '/o',
  ])('%s names none', (path) => {
    expect(placeOf(path)).toEqual({ page: 'nowhere' });
  });
});
