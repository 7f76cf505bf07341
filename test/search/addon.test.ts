// The native scan as a neighbour: whatever it is called with, it answers in words and never takes the process along.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadNativeAddon, nativeAddonPath } from '../../electron/engine/codes/native-code-index.ts';
import { armCompiler, armEmulator, missingArm } from '../support/environment.ts';
import { findSanitizer } from '../support/sanitizer.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const addon = loadNativeAddon();
const sources = readdirSync(join(root, 'native/src'))
  .filter((name) => name.endsWith('.cc'))
  .map((name) => join(root, 'native/src', name));
const fuzz = join(import.meta.dirname, '../support/fuzz-addon.ts');

describe.skipIf(!addon)('The native scan', () => {
  // Not reached where there is none.
  const { CodeIndex } = addon ?? ({} as NonNullable<typeof addon>);

  it.each([
    [
      'k of 0',
      (index) => index.search(new Float32Array(2048), 0, null, 1),
      'k: expected a whole number from 1 to 1000000, got 0',
    ],
    [
      'k of 2^32',
      (index) => index.search(new Float32Array(2048), 2 ** 32, null, 1),
      'k: expected a whole number from 1 to 1000000, got 4294967296',
    ],
    [
      'a lookup that is short',
      (index) => index.search(new Float32Array(2047), 5, null, 1),
      'lookup: expected 1 to 4096 tables of 2048 numbers, got 2047 numbers',
    ],
    [
      'a lookup that is not finite',
      (index) => index.search(new Float32Array(2048).fill(NaN), 5, null, 1),
      'lookup: expected finite numbers, got nan at 0',
    ],
    [
      'codes of the wrong kind',
      (index) => index.append(Uint32Array.of(1), new Float32Array(8) as unknown as Uint8Array),
      'codes: expected a Uint8Array, got Float32Array of 8',
    ],
    [
      'lengths that lie',
      (index) => index.append(Uint32Array.of(1, 2), new Uint8Array(15)),
      'codes: expected 16 bytes for 2 ids, got 15',
    ],
    [
      'an id that cannot be',
      (index) => index.overwrite(Uint32Array.of(0), new Uint8Array(8)),
      'ids: expected ids above 0, got 0 at 0',
    ],
    [
      'a detached buffer',
      (index) => {
        const codes = new Uint8Array(8);
        structuredClone(codes.buffer, { transfer: [codes.buffer] });
        index.append(Uint32Array.of(1), codes);
      },
      'codes: expected 8 bytes for 1 ids, got 0',
    ],
  ] as [string, (index: InstanceType<typeof CodeIndex>) => unknown, string][])(
    'refuses %s in words',
    (_, call, message) => {
      const index = new CodeIndex(8, 256, 'scalar');
      expect(() => call(index)).toThrow(message);
      expect(index.size).toBe(0);
    },
  );

  it('refuses shapes and levels that there are not', () => {
    expect(() => new CodeIndex(8, 17, 'scalar')).toThrow('ksub: expected 16 or 256, got 17');
    expect(() => new CodeIndex(33, 256, 'scalar')).toThrow('M: expected a whole number from 1 to 32, got 33');
    expect(() => new CodeIndex(8, 256, 'abacus')).toThrow('level: this machine has no "abacus"');
  });

  it('lives through ten thousand calls with anything, in any order', { timeout: 120_000 }, async () => {
    const { stdout } = await run(process.execPath, [fuzz, nativeAddonPath, '10000', '1']);
    const { accepted, refused } = JSON.parse(stdout) as { accepted: number; refused: number };
    expect(accepted).toBeGreaterThan(3000);
    expect(refused).toBeGreaterThan(1000);
  });

  it.skipIf(missingArm())('looks up the same on ARM, emulated', { timeout: 120_000 }, async () => {
    const program = join(mkdtempSync(join(tmpdir(), 'likeness-arm-')), 'compare');
    const kernels = sources.filter((path) => /^(kernels|products)/.test(basename(path)));
    await run(armCompiler, [
      '-static',
      '-std=c++17',
      '-O2',
      join(root, 'native/check/compare_kernels.cc'),
      ...kernels,
      '-o',
      program,
    ]);
    expect((await run(armEmulator, [program])).stdout.trim().split('\n')).toEqual(['scalar', 'neon']);
  });

  it(
    'searches beside a writer and a compaction without a race, says ThreadSanitizer',
    { timeout: 300_000 },
    async (test) => {
      const sanitizer = await findSanitizer('thread');
      if (!sanitizer) return test.skip('the compiler has no ThreadSanitizer');
      const program = join(mkdtempSync(join(tmpdir(), 'likeness-tsan-')), 'stress');
      const engine = sources.filter((path) => !basename(path).endsWith('addon.cc'));
      const stress = join(root, 'native/check/stress_threads.cc');
      const flags = ['-std=c++17', '-O1', '-g', '-fsanitize=thread', '-pthread'];
      await run(sanitizer.compiler, [...flags, stress, ...engine, '-o', program], { maxBuffer: 2 ** 26 });
      const { stdout, stderr } = await run(program, [], { env: { ...process.env, TSAN_OPTIONS: 'halt_on_error=1' } });
      expect(stderr).toBe('');
      expect(stdout).toMatch(/^2\d\d searches, 90000 vectors$/m);
    },
  );

  it('touches no memory that is not its own, says AddressSanitizer', { timeout: 300_000 }, async (test) => {
    const sanitizer = await findSanitizer();
    if (!sanitizer) return test.skip('the compiler has no AddressSanitizer');
    const library = join(mkdtempSync(join(tmpdir(), 'likeness-asan-')), 'scan.node');
    const includes = ['node-api-headers/include', 'node-addon-api'].map(
      (name) => `-I${join(root, 'node_modules', name)}`,
    );
    const flags = [
      '-std=c++17',
      '-O1',
      '-g',
      '-fPIC',
      '-shared',
      '-fsanitize=address,undefined',
      '-fno-sanitize=vptr',
      '-fno-sanitize-recover=undefined',
      '-DNAPI_VERSION=8',
      '-DNAPI_CPP_EXCEPTIONS',
      '-w',
    ];
    if (process.platform === 'darwin') flags.push('-undefined', 'dynamic_lookup');
    await run(sanitizer.compiler, [...flags, ...includes, ...sources, '-o', library], { maxBuffer: 2 ** 26 });
    // Node itself leaks on purpose when it ends.
    const env = {
      ...process.env,
      ...sanitizer.preload,
      ASAN_OPTIONS: 'detect_leaks=0:halt_on_error=1',
      UBSAN_OPTIONS: 'print_stacktrace=1',
    };
    const { stdout, stderr } = await run(process.execPath, [fuzz, library, '3000', '2'], { env, maxBuffer: 2 ** 26 });
    expect(stderr).not.toMatch(/ERROR|runtime error/);
    expect((JSON.parse(stdout) as { accepted: number }).accepted).toBeGreaterThan(1000);
  });
});
