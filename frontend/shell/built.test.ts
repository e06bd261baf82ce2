/** What the built phone weighs and is made of: built once as it is shipped, and looked at. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const KB = 1_024;
/** Bytes of script (gzip) that home needs before one is on the way to a choice. */
const BEFORE_CHOICE_MAX = 30 * KB;
/** Bytes of script (gzip) until one can choose at an outlet that the camera opened. */
const CHOICE_MAX = 42 * KB;
const SCANNER_MAX = 16 * KB;
const WORKER_MAX = 3 * KB;
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
    expect(weightOf(scriptsOf(`home.${language}.html`))).toBeLessThanOrEqual(BEFORE_CHOICE_MAX);
  });

  test('does not grow on the way to a choice', () => {
    expect(weightOf(scriptsOf('outlet.ja.html'))).toBeLessThanOrEqual(CHOICE_MAX);
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
    const names = ['home', 'welcome', 'outlet', 'phone'];
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
    for (const part of ['SessionPage-', 'Enter-', 'decode-', 'ja_charging-', 'en_charging-']) {
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
