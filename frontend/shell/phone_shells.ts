/**
 * Writes the phone's page once for each language, so that its first words need no script.
 *
 * The words wait for a chunk of their own; the shell preloads the one of its language, so that
 * the second request does not start only after the first has run.
 */
import type { Plugin } from 'vite';
import { en, ja, type ShellWords } from './shell_words.ts';

const SHELLS: Record<string, ShellWords> = { ja, en };

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
      handler: (html) => (building ? html : filled(html, ja)),
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset') return;
        delete bundle['index.html'];
        for (const [lang, words] of Object.entries(SHELLS)) {
          const chunk = Object.values(bundle).find(
            (each) => each.type === 'chunk' && each.facadeModuleId?.endsWith(`/words/${lang}.ts`),
          );
          if (!chunk) throw new Error(`no chunk carries the words of ${lang}`);
          const preload = `<link rel="modulepreload" crossorigin href="/${chunk.fileName}">`;
          const source = filled(String(page.source), words).replace('</head>', `${preload}</head>`);
          this.emitFile({ type: 'asset', fileName: `phone.${lang}.html`, source });
          const manifest = JSON.stringify(words.manifest_of(lang));
          this.emitFile({ type: 'asset', fileName: words.manifest, source: manifest });
        }
      },
    },
  };
}

/** The page with every {{name}} replaced by the shell's word of that name. */
export function filled(html: string, words: ShellWords): string {
  return html.replace(/\{\{(\w+)\}\}/g, (_all, name) => String(words[name as keyof ShellWords]));
}
