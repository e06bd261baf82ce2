/**
 * Writes the phone's pages once for each language, so that their first words need no script.
 *
 * One for each page that a browser is led to from outside, home and an outlet another for a first
 * visit, and a plain one for all else. The styles stand in the page itself (the server allows them
 * by their digest), and the page's own parts are preloaded with it: nothing waits for a second
 * request that only the first one's answer would have named.
 */
import type { Plugin, Rolldown } from 'vite';
import { foot, opening, top } from './openings.ts';
import { en, ja, type ShellWords } from './shell_words.ts';

const SHELLS: Record<string, ShellWords> = { ja, en };
type Bundle = Rolldown.OutputBundle;

/** The pages, and what each preloads besides the entry's own imports. */
const PAGES = [
  { name: 'phone', part: '', words: [] },
  { name: 'home', part: '/driver/Home.svelte', words: [] },
  { name: 'welcome', part: '/driver/Home.svelte', words: [] },
  { name: 'outlet', part: '/driver/OutletPage.svelte', words: [] },
  { name: 'offered', part: '/driver/OutletPage.svelte', words: [] },
  { name: 'session', part: '/driver/SessionPage.svelte', words: ['_further', '_charging'] },
  { name: 'receipt', part: '/driver/ReceiptPage.svelte', words: ['_further', '_charging'] },
  { name: 'enter', part: '/driver/Enter.svelte', words: ['_further'] },
  { name: 'history', part: '/driver/History.svelte', words: ['_further', '_charging'] },
  { name: 'power', part: '/customer/PowerPage.svelte', words: ['_supply'] },
] as const;

export type PageName = (typeof PAGES)[number]['name'];

export function phoneShells(): Plugin {
  let building = false;
  return {
    name: 'phone-shells',
    enforce: 'post',
    configResolved(config) {
      building = config.command === 'build';
    },
    transformIndexHtml: {
      order: 'post',
      handler: (html) => (building ? html : filled(html, ja, 'phone')),
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const each of Object.values(bundle)) {
          if (each.type === 'asset' && each.fileName.endsWith('.html')) {
            each.source = groundFirst(String(each.source));
          }
        }
        const page = bundle['index.html'];
        if (page?.type !== 'asset') return;
        delete bundle['index.html'];
        const styled = withStyles(String(page.source), bundle);
        for (const [lang, words] of Object.entries(SHELLS)) {
          for (const { name, part, words: more } of PAGES) {
            const said = ['', ...more].map((of) => chunkOf(`/words/${lang}${of}.ts`, bundle));
            const parts = [...said, ...graphOf(part, bundle)];
            const source = preloading(filled(styled, words, name), parts);
            this.emitFile({ type: 'asset', fileName: `${name}.${lang}.html`, source });
          }
          const manifest = JSON.stringify(words.manifest_of(lang));
          this.emitFile({ type: 'asset', fileName: words.manifest, source: manifest });
        }
      },
    },
  };
}

/** The page with every {{name}} replaced by the shell's word of that name. */
export function filled(html: string, words: ShellWords, page: PageName): string {
  return html
    .replace('{{top}}', top(page, words))
    .replace('{{opening}}', opening(page, words))
    .replace('{{foot}}', foot(page, words))
    .replace(/\{\{(\w+)\}\}/g, (_all, name) => String(words[name as keyof ShellWords]));
}

/** The page with the styles that all others build upon named first, as its entry imports them. */
function groundFirst(html: string): string {
  const ground = /\s*<link rel="stylesheet"[^>]* href="\/assets\/all-[^"]+">/.exec(html)?.[0];
  if (!ground) return html;
  const others = html.replace(ground, '');
  return others.replace(/\s*(?:<link rel="stylesheet"|<\/head>)/, (next) => ground + next);
}

/** The page with its styles inside; they may then name no file, and hold no end of a tag. */
function withStyles(html: string, bundle: Bundle): string {
  return html.replace(/\s*<link rel="stylesheet"[^>]* href="\/([^"]+)">/g, (_link, file) => {
    const styles = bundle[file];
    if (styles?.type !== 'asset') throw new Error(`the page names ${file}, which is not there`);
    const text = String(styles.source).trim();
    if (/url\(|<\//i.test(text)) throw new Error(`${file} cannot stand inside a page`);
    return `\n    <style>${text}</style>`;
  });
}

function preloading(html: string, files: string[]): string {
  const fresh = files.filter((file) => !html.includes(`"/${file}"`));
  const links = fresh.map((file) => `<link rel="modulepreload" crossorigin href="/${file}">`);
  // Before the styles: what stands after them is asked for only when they have been read.
  return html.replace(/\s*<style>/, (styles) => links.join('') + styles);
}

function chunkOf(module: string, bundle: Bundle): string {
  const chunk = Object.values(bundle).find(
    (each) => each.type === 'chunk' && each.facadeModuleId?.endsWith(module),
  );
  if (!chunk) throw new Error(`no chunk of its own carries ${module}`);
  return chunk.fileName;
}

/** The chunk of a module and all that it imports at once. */
function graphOf(module: string, bundle: Bundle): string[] {
  if (!module) return [];
  const found = new Set<string>();
  const add = (file: string) => {
    const chunk = bundle[file];
    if (chunk?.type !== 'chunk' || found.has(file)) return;
    found.add(file);
    chunk.imports.forEach(add);
  };
  add(chunkOf(module, bundle));
  return [...found];
}
