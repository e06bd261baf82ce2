/** How the phone, the desk and the demo page are built: hashed assets, a phone per language. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { BINDINGS, compiledAtOnce, firstChunk } from './shell/chunks.ts';
import { phoneShells } from './shell/phone_shells.ts';
import { plainImports } from './shell/plain_imports.ts';
import { serviceWorker } from './shell/service_worker.ts';
import { sprite } from './shell/sprite.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte(), svelteTesting(), sprite(), plainImports(), phoneShells(), serviceWorker()],
  build: {
    outDir: here('../backend/konsento/web'),
    emptyOutDir: true,
    // Browsers that know light-dark() by themselves: rewriting it would cost size and miss
    // the reader who sets a colour scheme by hand.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A data: font or picture would need a wider content security policy than we send.
    assetsInlineLimit: 0,
    // What a lazy page imports is not listed in the first script: the shells name what the first
    // page needs, and everything else is in the store before it is asked for.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, parts, { hostType }) => (hostType === 'html' ? parts : []),
    },
    rollupOptions: {
      // Else the first chunk would ask for them only to have them run.
      treeshake: { moduleSideEffects: [{ test: BINDINGS, sideEffects: false }] },
      input: { phone: here('index.html'), desk: here('desk.html'), demo: here('demo.html') },
      output: {
        postBanner: compiledAtOnce,
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: firstChunk(here('src/phone.ts'), here('src/driver/OutletPage.svelte')),
              debugName: 'first',
            },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'shell/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    // One page for all files: building one for each took three times as long as all the tests.
    // What a test leaves behind is cleared in setupFiles.
    isolate: false,
    maxWorkers: 1,
  },
});
