/** What the built phone weighs and is made of: built once as it is shipped, and looked at. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jaCharging } from '../src/words/ja_charging';
import { jaFurther } from '../src/words/ja_further';

const KB = 1_024;
/** Bytes of script (gzip) that home needs. */
const HOME_MAX = 27_200;
/** Bytes of script (gzip) until one can choose at an outlet that the camera opened. */
const CHOICE_MAX = 30 * KB;
const SCANNER_MAX = 16 * KB;
const WORKER_MAX = 3 * KB;
/** Bytes of script (gzip) that a customer's page needs beside what every page does. */
const POWER_MAX = 10 * KB;
const BUILD_MS_MAX = 120_000;

let folder = '';
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const weight = (name: string) => gzipSync(readFileSync(join(folder, name)), { level: 9 }).length;
const named = (start: string) =>
  readdirSync(join(folder, 'assets')).filter((name) => name.startsWith(start));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'konsento-built-'));
  const { NODE_ENV: _test, VITEST: _vitest, ...env } = process.env;
  const vite = join('node_modules', 'vite', 'bin', 'vite.js');
  const words = ['build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
  execFileSync(process.execPath, [vite, ...words], { env, stdio: 'pipe' });
}, BUILD_MS_MAX);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The scripts that a page names, and so loads before it is of use. */
const scriptsOf = (page: string) => [
  ...new Set(
    [...read(page).matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, at]) => at ?? ''),
  ),
];
const weightOf = (files: string[]) => files.map(weight).reduce((sum, each) => sum + each, 0);

describe('the built phone', () => {
  test.each(['ja', 'en'])('needs at most 30 KB of script before the choice, in %s', (language) => {
    expect(weightOf(scriptsOf(`home.${language}.html`))).toBeLessThanOrEqual(HOME_MAX);
    expect(weightOf(scriptsOf(`outlet.${language}.html`))).toBeLessThanOrEqual(CHOICE_MAX);
  });

  test('names for a page all that its first scripts import at once', () => {
    const first = ['home', 'outlet', 'offered'];
    const pages = [...first, 'session', 'receipt', 'enter', 'history', 'power', 'phone'];
    for (const page of pages) {
      const named = scriptsOf(`${page}.ja.html`);
      const imported = named.flatMap((name) =>
        [...read(name).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, at]) => `assets/${at}`),
      );
      expect(named).toEqual(expect.arrayContaining(imported));
    }
  });

  test('has what every page runs compiled while it arrives, and nothing that is rare', () => {
    const asks = (name: string) => read(name).startsWith('//# allFunctionsCalledOnLoad\n');
    for (const [page, asking] of [['home', 1], ['outlet', 2], ['session', 2], ['receipt', 2]]) {
      expect([page, scriptsOf(`${page}.ja.html`).filter(asks).length]).toEqual([page, asking]);
    }
    for (const part of [...named('decode-'), ...named('PowerSheet-'), ...named('ja_charging-')]) {
      expect(asks(`assets/${part}`)).toBe(false);
    }
  });

  test('says on its first pages nothing that is fetched after them', () => {
    const later = Object.keys({ ...jaFurther, ...jaCharging }).join('|');
    for (const page of ['home', 'outlet']) {
      const said = scriptsOf(`${page}.ja.html`)
        .flatMap((name) => read(name).match(new RegExp(`\\(\\)\\.(?:${later})\\b`, 'g')) ?? [])
        // What of home has come with those words, and is drawn only then.
        .filter((word) => !['().offline'].includes(word));
      expect(said).toEqual([]);
    }
  });

  test.each(['ja', 'en'])('shows my power with at most 10 KB after home, in %s', (language) => {
    const shell = scriptsOf(`home.${language}.html`);
    const own = scriptsOf(`power.${language}.html`).filter((name) => !shell.includes(name));
    expect(own.length).toBeGreaterThan(0);
    expect(weightOf(own)).toBeLessThanOrEqual(POWER_MAX);
    // What to do, who is told and what was said come after the state, and are no heavier.
    const later = [...named('Below-'), ...named('Symbols-'), ...named(`${language}_aid-`)];
    expect(later).toHaveLength(3);
    expect(weightOf(later.map((name) => `assets/${name}`))).toBeLessThanOrEqual(POWER_MAX);
  });

  test('scans with at most 16 KB, and only where the browser cannot by itself', () => {
    const [decoder, ...more] = named('decode-');
    expect(more).toEqual([]);
    expect(weight(`assets/${decoder}`)).toBeLessThanOrEqual(SCANNER_MAX);
    for (const page of ['home', 'outlet', 'phone']) {
      expect(scriptsOf(`${page}.ja.html`)).not.toContain(`assets/${decoder}`);
    }
  });

  test('has nothing inline but the styles that the server allows by their digest', () => {
    const first = ['home', 'welcome', 'outlet', 'offered'];
    const names = [...first, 'session', 'receipt', 'enter', 'history', 'power', 'phone'];
    for (const page of names.flatMap((name) => [`${name}.ja`, `${name}.en`])) {
      const html = read(`${page}.html`);
      expect(html.match(/<style>/g)).toHaveLength(1);
      expect(html).not.toMatch(/<script(?![^>]* src=)|\son\w+=|\sstyle=|\{\{/);
      expect(html).not.toContain('rel="stylesheet"');
    }
  });

  test('says its first words without a script, in its language', () => {
    expect(read('home.ja.html')).toContain('コンセントのQRを<wbr>読み取って充電');
    expect(read('home.en.html')).toMatch(/<html lang="en">[^]*Scan an outlet<wbr> to charge/);
    expect(read('welcome.ja.html')).toContain('<ol class="todo"><li><span>コンセントのシール');
    expect(read('outlet.ja.html')).toContain('コンセントを調べています');
    expect(read('enter.ja.html')).toMatch(/<h1>番号を入力<\/h1>[^]*10文字です。/);
    expect(read('power.ja.html')).toMatch(/<h1>うちの電気<\/h1>[^]*<p role="status">読み込んで/);
    expect(read('history.en.html')).toMatch(/<h1>History<\/h1>[^]*<p role="status">Loading/);
  });

  test('brings its icons in the page, after its words', () => {
    for (const page of ['home.ja', 'phone.en', 'desk', 'demo']) {
      expect(read(`${page}.html`)).toMatch(/<symbol id="bolt"[^]*<\/svg>\s*<\/body>/);
    }
  });

  test('names the styles that others build upon first', () => {
    for (const page of ['desk', 'demo']) {
      const sheets = [...read(`${page}.html`).matchAll(/href="\/assets\/(\w+)-[^"]+\.css"/g)];
      expect(sheets.map(([, name]) => name)).toEqual(['all', page]);
    }
  });
});

describe('the service worker', () => {
  const list = () => {
    const address = /\/assets\/files-[0-9a-f]{16}\.json/.exec(read('sw.js'))?.[0] ?? '';
    return JSON.parse(read(address.slice(1))) as [path: string, integrity?: string][];
  };

  test('is one classic script of at most 3 KB', () => {
    expect(weight('sw.js')).toBeLessThanOrEqual(WORKER_MAX);
    expect(read('sw.js')).not.toMatch(/\b(?:import|export)\b\s*[{*"']|importScripts/);
  });

  test('keeps every part of the phone and nothing of the desk', () => {
    const paths = list().map(([path]) => path);
    const parts = [...scriptsOf('home.ja.html'), ...scriptsOf('outlet.en.html')];
    expect(paths).toEqual(expect.arrayContaining(parts.map((part) => `/${part}`)));
    expect(paths).toEqual(expect.arrayContaining(['/phone.ja.html', '/phone.en.html']));
    const later = ['SessionPage-', 'Enter-', 'decode-', 'PowerPage-'];
    for (const part of [...later, 'ja_charging-', 'en_further-', 'en_aid-']) {
      expect(paths.filter((path) => path.startsWith(`/assets/${part}`))).toHaveLength(1);
    }
    expect(paths.filter((path) => /\/(desk|demo|follow_board)/.test(path))).toEqual([]);
  });

  test('keeps a page only when it is of its own version', () => {
    for (const [path, integrity] of list()) {
      if (path.startsWith('/assets/')) continue;
      const digest = createHash('sha256').update(readFileSync(join(folder, path))).digest('base64');
      expect([path, integrity]).toEqual([path, `sha256-${digest}`]);
    }
  });
});

describe('the manifest', () => {
  test.each([
    ['manifest.webmanifest', 'ja'],
    ['manifest.en.webmanifest', 'en'],
  ])('%s makes an app of the phone in %s', (name, lang) => {
    const manifest = JSON.parse(read(name));
    expect(manifest).toMatchObject({ id: '/', start_url: '/', display: 'standalone', lang });
    expect(manifest.shortcuts.map(({ url }: { url: string }) => url)).toEqual(['/scan']);
    for (const purpose of ['any', 'maskable']) {
      const icons = manifest.icons.filter((icon: { purpose: string }) => icon.purpose === purpose);
      expect(icons.map(({ sizes }: { sizes: string }) => sizes)).toEqual(['192x192', '512x512']);
    }
    for (const { src, sizes } of manifest.icons) {
      const png = readFileSync(join(folder, src));
      expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes);
    }
  });
});
