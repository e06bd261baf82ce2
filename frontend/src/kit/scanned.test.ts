import { describe, expect, test } from 'vitest';
import { completed, labelOf } from './outlet_code';
import { readScanned, readTyped } from './scanned';

const OWN = 'https://konsento.example';
const CODE = completed('K7PX3M8Q');

describe('a scanned QR', () => {
  test('opens our own outlets', () => {
    const outlet = { kind: 'outlet', code: CODE };
    expect(readScanned(`${OWN}/o/${CODE}`, OWN)).toEqual(outlet);
    expect(readScanned(`${OWN}/o/${labelOf(CODE)}/`, OWN)).toEqual(outlet);
    expect(readScanned(`${OWN}/o/${CODE.toLowerCase()}?from=label`, OWN)).toEqual(outlet);
    expect(
      readScanned(`HTTPS://KONSENTO.EXAMPLE/o/${CODE}`.replace('HTTPS', 'https'), OWN),
    ).toEqual(outlet);
  });

  test('is damaged when it is ours and does not check', () => {
    const wrong = CODE.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(readScanned(`${OWN}/o/${wrong}`, OWN)).toEqual({ kind: 'damaged' });
    expect(readScanned(`${OWN}/o/K7PX3`, OWN)).toEqual({ kind: 'damaged' });
  });

  test.each([
    ['another host', `https://evil.example/o/${CODE}`],
    ['a host that begins like ours', `https://konsento.example.evil.example/o/${CODE}`],
    ['a host that ends like ours', `https://evilkonsento.example/o/${CODE}`],
    ['our name as the user', `https://konsento.example@evil.example/o/${CODE}`],
    ['a user at our host', `https://user:secret@konsento.example/o/${CODE}`],
    ['plain http', `http://konsento.example/o/${CODE}`],
    ['another port', `https://konsento.example:8443/o/${CODE}`],
    ['backslashes', `https:\\\\konsento.example\\o\\${CODE}`],
    ['a backslash before the path', `https://evil.example\\@konsento.example/o/${CODE}`],
    ['a newline inside', `https://konsento.example/\no/${CODE}`],
    ['a tab inside', `https://konsen\tto.example/o/${CODE}`],
    ['spaces around', ` ${OWN}/o/${CODE} `],
    ['a look-alike letter', `https://kоnsento.example/o/${CODE}`],
    ['script', `javascript:location='/o/${CODE}'`],
    ['data', `data:text/html,<script>1</script>/o/${CODE}`],
    ['intent', `intent://konsento.example/o/${CODE}#Intent;scheme=https;end`],
    ['no address at all', CODE],
    ['a payment code', 'https://pay.example/qr/AbCd1234'],
    ['nothing', ''],
    ['something endless', `${OWN}/o/${CODE}?${'x'.repeat(400)}`],
  ])('is foreign: %s', (_what, text) => {
    expect(readScanned(text, OWN).kind).toBe('foreign');
  });

  test.each([
    ['another page of ours', `${OWN}/s/abc`],
    ['a path below', `${OWN}/o/${CODE}/../../s/abc`],
    ['an encoded slash', `${OWN}/o/${CODE}%2f..%2fs`],
  ])('is ours but no outlet: %s', (_what, text) => {
    expect(readScanned(text, OWN)).toEqual({ kind: 'ours' });
  });

  test('is named by the host it leads to, never by what it pretends', () => {
    const host = (text: string) => {
      const scanned = readScanned(text, OWN);
      return scanned.kind === 'foreign' ? scanned.host : null;
    };
    expect(host('https://pay.example/qr/AbCd1234')).toBe('pay.example');
    expect(host(`https://konsento.example@evil.example/o/${CODE}`)).toBe('evil.example');
    expect(host(`https://${'a.'.repeat(30)}evil.example/`)).toMatch(/^….*evil\.example$/);
    expect(host(`http://konsento.example/o/${CODE}`)).toBe('');
    expect(host('no address')).toBe('');
  });
});

describe('a typed code', () => {
  test('may be the whole address of the label', () => {
    expect(readTyped(` ${OWN}/o/${CODE} `, OWN)).toEqual({ kind: 'code', code: CODE });
    expect(readTyped(labelOf(CODE), OWN)).toEqual({ kind: 'code', code: CODE });
  });

  test('names a foreign address instead of reading letters out of it', () => {
    expect(readTyped(`https://evil.example/o/${CODE}`, OWN)).toEqual({ kind: 'foreign-address' });
    expect(readTyped(`${OWN}/o/K7PX3`, OWN)).toEqual({ kind: 'mistyped', position: null });
  });
});
