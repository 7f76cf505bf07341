// Builds what runs outside the sources: the page, and the compiled twins of electron/ for the desktop
// application and the package's bin. `npm run build`.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
process.chdir(root);

rmSync(join(root, 'out'), { recursive: true, force: true });
await build({ logLevel: 'warn' });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
// A sandboxed preload must be one CommonJS file.
await build({
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: 'out/electron',
    emptyOutDir: false,
    lib: { entry: 'electron/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    rollupOptions: { external: ['electron'] },
  },
});
chmodSync(join(root, 'out/electron/cli.js'), 0o755);
