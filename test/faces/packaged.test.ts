import { extractAll, extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { indexLevel } from '../../electron/engine/codes/choose-code-index.ts';
import { writeElectronDistribution } from '../support/electron-distribution.ts';
import { missingPackaging } from '../support/environment.ts';
import { lastingFolder, settle, temporaryFolder, writePictures } from '../support/pictures.ts';

const root = join(import.meta.dirname, '../..');
const ELF = Buffer.from('\x7fELF', 'latin1');
/** Bytes that the program takes beside Electron: 135 MB when this was written. */
const LARGEST = 150e6;

describe.skipIf(missingPackaging())('The packaged application', () => {
  const output = lastingFolder();
  const distribution = lastingFolder();
  const application = join(output, 'linux-unpacked');
  const archive = join(application, 'resources/app.asar');
  const require = createRequire(import.meta.url);
  let files: string[] = [];

  function packInto(folder: string): void {
    execFileSync(
      process.execPath,
      [
        require.resolve('electron-builder/cli.js'),
        ...['--config', 'build/electron-builder.config.ts', '--publish', 'never', '--linux', '--dir'],
        `-c.electronDist=${distribution}`,
        `-c.directories.output=${folder}`,
      ],
      { cwd: root, stdio: 'pipe', env: { ...process.env, LIKENESS_RELEASES: 'somebody/likeness' } },
    );
  }

  beforeAll(async () => {
    const { version } = require('electron/package.json') as { version: string };
    await writeElectronDistribution(distribution, version);
    packInto(output);
    files = listPackage(archive, { isPack: false }).filter((path) => 'size' in statFile(archive, path.slice(1)));
  }, 240_000);

  it('holds the compiled program, its packages and nothing of the project beside', () => {
    const rooms = new Set(
      files.map((path) =>
        path
          .split('/')
          .slice(1, path.startsWith('/out/') ? 3 : 2)
          .join('/'),
      ),
    );
    expect([...rooms].sort()).toEqual([
      'LICENSE',
      'native',
      'node_modules',
      'out/electron',
      'out/renderer',
      'package.json',
    ]);
    expect(files.filter((path) => /\.(ts|tsx|svelte|map)$/.test(path))).toEqual([]);
  });

  it('holds no package that is needed for development alone', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string; dev?: boolean }>;
    };
    // Packages are laid out anew in the archive, so each is known by its name and version.
    const needed = new Set(
      Object.entries(lock.packages)
        .filter(([, { dev }]) => !dev)
        .map(([place, { version }]) => `${place.split('node_modules/').at(-1)} ${version}`),
    );
    const packed = files
      .filter((path) => /\/node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
      .map((path) => JSON.parse(extractFile(archive, path.slice(1)).toString()) as { name: string; version: string })
      .map(({ name, version }) => `${name} ${version}`);
    expect(packed.length).toBeGreaterThan(100);
    expect(packed.filter((one) => !needed.has(one))).toEqual([]);
  });

  it('holds native parts of this system and processor alone, each where the system finds it', () => {
    const isNative = (path: string): boolean => /\.(node|so|dylib|dll|exe)(\.\d+)*$/.test(path);
    const native = files.filter(isNative);
    const unpacked = (path: string): string => join(`${archive}.unpacked`, path);
    expect(native.length).toBeGreaterThanOrEqual(7);
    for (const path of native) {
      const bytes = readFileSync(unpacked(path));
      expect([path, bytes.subarray(0, 4)]).toEqual([path, ELF]);
      // e_machine, little-endian: 62 is x86-64, 183 is AArch64.
      expect([path, bytes.readUInt16LE(18)]).toEqual([path, process.arch === 'x64' ? 62 : 183]);
    }
    const names = native.map((path) => path.split('/').at(-1)!);
    for (const part of [
      /^likeness_scan\.node$/,
      /^onnxruntime_binding\.node$/,
      /^libonnxruntime\.so/,
      /^libvips-cpp\.so/,
      /^sharp-.*\.node$/,
    ])
      expect(names.some((name) => part.test(name))).toBe(true);
  });

  it('is the same, byte by byte, when it is packaged again', () => {
    const again = lastingFolder();
    packInto(again);
    const hashes = (folder: string): Record<string, string> =>
      Object.fromEntries(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map(({ parentPath, name }) => join(parentPath, name))
          .sort()
          .map((path) => [relative(folder, path), createHash('sha256').update(readFileSync(path)).digest('hex')]),
      );
    const first = hashes(application);
    expect(Object.keys(first).length).toBeGreaterThan(20);
    expect(hashes(join(again, 'linux-unpacked'))).toEqual(first);
  }, 240_000);

  it('is not larger than it need be, and says what weighs most', () => {
    const sizes = new Map<string, number>();
    for (const path of files) {
      const { size } = statFile(archive, path.slice(1)) as { size: number };
      const part = /^\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? /^\/[^/]+(?:\/[^/]+)?/.exec(path)![0];
      sizes.set(part, (sizes.get(part) ?? 0) + size);
    }
    const all = [...sizes].sort((a, b) => b[1] - a[1]);
    const total = all.reduce((sum, [, size]) => sum + size, 0);
    const told = all.slice(0, 12).map(([part, size]) => `${part.slice(1)} ${(size / 1e6).toFixed(1)}`);
    console.log(`packaged: ${(total / 1e6).toFixed(0)} MB beside Electron; ${told.join(', ')}`);
    expect(total).toBeLessThan(LARGEST);
  });

  it('has the fuses set: it runs no code from outside the archive, and takes no options from its surroundings', async () => {
    const wire = await getCurrentFuseWire(join(application, 'likeness'));
    const on = (fuse: FuseV1Options): boolean => Number(wire[fuse]) === '1'.charCodeAt(0);
    expect({
      runAsNode: on(FuseV1Options.RunAsNode),
      cookieEncryption: on(FuseV1Options.EnableCookieEncryption),
      nodeOptions: on(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: on(FuseV1Options.EnableNodeCliInspectArguments),
      integrity: on(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: on(FuseV1Options.OnlyLoadAppFromAsar),
      fileProtocol: on(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: true,
      cookieEncryption: true,
      nodeOptions: false,
      inspect: false,
      integrity: true,
      onlyAsar: true,
      fileProtocol: false,
    });
  });

  it('comes with the licence of every package in it, and with the languages of its page alone', () => {
    const licences = readFileSync(join(application, 'LICENCES.txt'), 'utf8');
    const packages = files.flatMap(
      (path) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );
    // Bundled into the page, one of them by another, one in a worker.
    packages.push('svelte', 'bits-ui', '@floating-ui/dom', 'mediabunny');
    const missing = packages.filter((name) => !licences.includes(`\n${name} `));
    expect(missing).toEqual([]);
    // Each says under which licence it is: by its name, by its text, or both.
    const sections = licences.split(`\n\n${'-'.repeat(80)}\n\n`);
    expect(sections.filter((section) => !/\([^()]*[A-Z][^()]*\)|licen[cs]e/i.test(section))).toEqual([]);
    expect(readdirSync(join(application, 'locales')).sort()).toEqual(['de.pak', 'en-US.pak']);
  });

  it('knows where versions are published if it was told when it was built, and brings the signs of its tray', () => {
    expect(readFileSync(join(application, 'resources/app-update.yml'), 'utf8')).toMatch(
      /^owner: somebody\nrepo: likeness\nprovider: github\n/,
    );
    for (const name of ['tray.png', 'tray@2x.png'])
      expect(files).toContain(`/out/electron/faces/desktop/icons/${name}`);
  });

  it('brings a command that runs the command line by the program itself, as Node', () => {
    const place = temporaryFolder();
    cpSync(application, place, { recursive: true });
    // In the place of Electron's program, one that tells how it was started.
    writeFileSync(join(place, 'likeness'), '#!/bin/sh\necho "$ELECTRON_RUN_AS_NODE" "$@"\n');
    const link = join(place, 'linked');
    symlinkSync(join(place, 'resources/likeness'), link);
    const started = spawnSync(link, ['index', 'a folder'], { encoding: 'utf8' });
    expect(started.stdout.trim()).toBe(`1 ${join(place, 'resources/app.asar/out/electron/cli.js')} index a folder`);
  });

  it('reads, learns and finds away from the project, with no packages in reach, by the files in it alone', async () => {
    const place = realpathSync(temporaryFolder());
    const [program, node] = [join(place, 'program'), join(place, 'node')];
    extractAll(archive, program);
    copyFileSync(process.execPath, node);
    const [folder, library] = [temporaryFolder(), temporaryFolder()];
    const [path] = await writePictures(folder, 40);
    for (let i = 0; i < 230; i++) {
      const small = join(folder, `small-${i}.png`);
      const background = { r: (i * 53) % 256, g: (i * 97) % 256, b: i };
      await sharp({ create: { width: 24 + (i % 9), height: 24, channels: 3, background } }).toFile(small);
      settle(small);
    }
    const run = (...args: string[]): unknown => {
      const { stdout, stderr, status } = spawnSync(
        node,
        [join(program, 'out/electron/cli.js'), ...args, '--library', library, '--json'],
        {
          encoding: 'utf8',
          cwd: folder,
          env: { PATH: '/usr/bin:/bin', HOME: place, LIKENESS_PROVIDER: 'cpu' },
        },
      );
      if (status !== 0) throw new Error(stderr);
      return JSON.parse(stdout);
    };
    expect(run('index', folder)).toMatchObject({ indexed: 270, failed: [], model: { base: false, backend: 'wasm' } });
    expect(run('status')).toMatchObject({ scan: indexLevel() });
    expect((run('similar', path) as { results: { path: string }[] }).results.length).toBeGreaterThan(3);
  }, 180_000);
});
