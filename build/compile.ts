// Builds what runs outside the sources: the page, and the compiled twins of electron/ for the desktop
// application and the package's bin. `npm run build`; with --if-needed, only where a source is newer.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { noteBundled } from './bundled-packages.ts';
import { licencesOf } from './licences.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
process.chdir(root);

if (process.argv.includes('--if-needed') && isUpToDate()) process.exit(0);

rmSync(join(root, 'out'), { recursive: true, force: true });
const bundled = new Set<string>();
await build({
  logLevel: 'warn',
  plugins: [noteBundled(bundled)],
  worker: { plugins: () => [noteBundled(bundled)] },
});
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
// What ships beside the code: the built-in network, the list of those that can be fetched, its model of codes, and the pictures of the first start.
for (const folder of [
  'vision/built-in',
  'vision/offered-packs',
  'deepquan/base-model',
  'engine/samples/pictures',
  'faces/desktop/icons',
]) {
  cpSync(join(root, 'electron', folder), join(root, 'out/electron', folder), { recursive: true });
}
// Shown by the page, and beside the program in its installers.
writeFileSync(join(root, 'out/renderer/licences.txt'), licencesOf(root, bundled));
// A sandboxed preload must be one CommonJS file.
await build({
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: 'out/electron',
    emptyOutDir: false,
    lib: { entry: 'electron/preload.ts', formats: ['cjs'], fileName: () => 'preload.cjs' },
    rolldownOptions: { external: ['electron'] },
  },
});
chmodSync(join(root, 'out/electron/cli.js'), 0o755);

function isUpToDate(): boolean {
  const built = statSync(join(root, 'out/electron/preload.cjs'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['electron', 'renderer', 'build'].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' }).map((name) => join(room, name)),
  );
  const others = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts'];
  return [...sources, ...others].every((path) => statSync(path).mtimeMs <= built);
}
