import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'renderer',
  // Small enough to inline would mean data: scripts; the page's policy allows files of its own only.
  build: { outDir: '../out/renderer', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  plugins: [svelte()],
});
