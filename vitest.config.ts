import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    // Electron's own binary is not needed to test what main.ts and preload.ts ask of it.
    alias: { electron: fileURLToPath(new URL('./test/support/electron-stand-in.ts', import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    // A trial of every provider for every new library would take minutes; the tests of that trial lift it.
    env: { LIKENESS_PROVIDER: process.env.LIKENESS_PROVIDER ?? 'cpu' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two files at once at most: several of them start engines, each with processes of its own.
    maxWorkers: 2,
    // Its modules import JSON in a way that Node does not take.
    server: { deps: { inline: [/@actions\/workflow-parser/] } },
    globalSetup: ['test/support/set-up.ts'],
  },
});
