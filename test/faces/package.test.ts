import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packagedFiles } from '../../build/packaged-files.ts';
import { indexLevel } from '../../electron/engine/codes/choose-code-index.ts';
import { nativeAddonPath } from '../../electron/engine/codes/native-code-index.ts';
import { missingNativeScan } from '../support/environment.ts';
import { temporaryFolder, writePictures } from '../support/pictures.ts';

const root = join(import.meta.dirname, '../..');
const packed = packagedFiles('linux', process.arch)
  .filter((pattern) => !pattern.startsWith('!'))
  .flatMap((pattern) => globSync(pattern, { cwd: root }));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  main: string;
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  allowScripts: Record<string, boolean>;
};

describe('What is packaged', () => {
  it('holds everything that is started by its path', () => {
    const started = [
      'main.js',
      'preload.cjs',
      'faces/desktop/engine-process.js',
      'cli.js',
      'library/decode/reader-process.js',
      'library/upgrade-thread.js',
      'library/care/care-thread.js',
      'library/cards/card-thread.js',
      'library/decode/memory-watch.js',
      'vision/workers/trial-process.js',
      'vision/workers/embedder-thread.js',
      'vision/built-in/network.onnx',
      'vision/built-in/network.json',
      'deepquan/base-model/deepquan.safetensors',
      'engine/samples/pictures/1.jpg',
      'engine/training/training-worker.js',
    ].map((name) => `out/electron/${name}`);
    expect(packed).toEqual(expect.arrayContaining([...started, 'out/renderer/index.html', 'LICENSE', 'package.json']));
    expect(packed).toContain(manifest.main);
    expect(packed).toContain(manifest.bin.likeness);
  });

  it.skipIf(missingNativeScan())('holds the native scan, where the compiled program looks for it', () => {
    const [addon] = packed.filter((path) => path.endsWith('.node'));
    expect(join(root, addon)).toBe(nativeAddonPath);
  });

  it('holds no source, no test and nothing of the tools', () => {
    expect(packed.filter((path) => /\.ts$|\.svelte$|^test|^build|\.map$/.test(path))).toEqual([]);
  });

  it('imports nothing but itself, Node, Electron and the production dependencies', () => {
    const allowed = new Set([
      ...builtinModules,
      ...Object.keys(manifest.dependencies),
      'electron',
      '@tensorflow/tfjs-node-gpu',
    ]);
    const strangers = packed
      .filter((path) => /^out\/electron\/.*\.c?js$/.test(path))
      .flatMap((path) =>
        [
          ...readFileSync(join(root, path), 'utf8').matchAll(
            /(?:\bfrom\s*|\bimport\(|\brequire\(|^import\s)["']([^."'][^"']*)["']/gm,
          ),
        ].map(([, name]) => name),
      )
      .map((name) =>
        name
          .replace(/^node:/, '')
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => !allowed.has(name));
    expect(strangers).toEqual([]);
  });

  it('works as compiled: the bin indexes and searches', async () => {
    const [folder, library] = [temporaryFolder(), temporaryFolder()];
    const [path] = await writePictures(folder, 4);
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [join(root, manifest.bin.likeness), ...args, '--library', library, '--json'], {
        encoding: 'utf8',
        cwd: folder,
      });
    expect(JSON.parse(run('index', folder).stdout)).toMatchObject({ indexed: 4, failed: [] });
    expect(JSON.parse(run('status').stdout)).toMatchObject({ scan: indexLevel() });
    expect((JSON.parse(run('similar', path).stdout) as { results: unknown[] }).results).toHaveLength(3);
  });
});
