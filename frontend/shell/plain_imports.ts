/**
 * Loads a lazy page by a plain `import()`. Vite wraps each in a function that first asks for the
 * page's own styles and parts; our pages have none of either that are not there already.
 */
import type { Plugin } from 'vite';

const WRAPPER = '\0vite/preload-helper.js';

export function plainImports(): Plugin {
  return {
    name: 'plain-imports',
    enforce: 'pre',
    apply: 'build',
    load(id) {
      return id === WRAPPER ? 'export const __vitePreload = (load) => load();' : null;
    },
  };
}
