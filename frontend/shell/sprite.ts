/**
 * Puts the icons into every page, as its last element: they need no script to be drawn, and the
 * page's own words come before them.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const DRAWN = fileURLToPath(new URL('../src/kit/sprite.svg', import.meta.url));

export function sprite(): Plugin {
  return {
    name: 'sprite',
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replace('</body>', `  ${drawn()}\n  </body>`),
    },
  };
}

/** Every icon, once; Icon.svelte points into it. */
function drawn(): string {
  const svg = readFileSync(DRAWN, 'utf8');
  return svg.replace(' xmlns="http://www.w3.org/2000/svg"', '').replace(/\s*\n\s*/g, '');
}
