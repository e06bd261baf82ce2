/** How the phone, the desk and the demo page are built: hashed assets, a phone per language. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { phoneShells } from './shell/phone_shells.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte(), svelteTesting(), phoneShells()],
  build: {
    outDir: here('../backend/konsento/web'),
    emptyOutDir: true,
    // Browsers that know light-dark() by themselves: rewriting it would cost size and miss
    // the reader who sets a colour scheme by hand.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A data: font or picture would need a wider content security policy than we send.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { phone: here('index.html'), desk: here('desk.html'), demo: here('demo.html') },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    // One page for all files: building one for each took three times as long as all the tests.
    // What a test leaves behind is cleared in setupFiles.
    isolate: false,
    maxWorkers: 1,
  },
});
