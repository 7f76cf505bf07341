// Builds the native scan where a compiler is there: part of `npm ci`. Without one, or where it fails, the scan in
// TypeScript answers, and one line says so. Fetches nothing: the headers come from the package node-api-headers.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(root, 'native');
const library = join(native, 'build/Release/likeness_scan.node');
const headers = join(root, 'node_modules/.cache/likeness/node-headers');
const require = createRequire(import.meta.url);

if (!isUpToDate()) {
  rmSync(library, { force: true });
  try {
    await compile();
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const reasons = (stderr ?? message).split('\n').filter((line) => /error|not found|could not|missing/i.test(line));
    console.error(
      `The native scan was not built, so the scan in TypeScript will answer, several times slower: ${reasons[0] ?? message}`,
    );
    if (process.argv.includes('--required')) process.exit(1);
  }
}

async function compile(): Promise<void> {
  const options = ['rebuild', '--directory', native, '--silent'];
  // On Windows an addon is linked against a library of Node's own, which comes with Node's headers alone.
  if (process.platform !== 'win32') options.push('--nodedir', layOutHeaders());
  await promisify(execFile)(process.execPath, [require.resolve('node-gyp/bin/node-gyp.js'), ...options], {
    maxBuffer: 2 ** 26,
  });
}

/** What node-gyp expects of Node's sources: the headers, and settings that every target starts from. */
function layOutHeaders(): string {
  const include = join(headers, 'include/node');
  rmSync(headers, { recursive: true, force: true });
  mkdirSync(include, { recursive: true });
  cpSync((require('node-api-headers') as { include_dir: string }).include_dir, include, { recursive: true });
  writeFileSync(
    join(include, 'common.gypi'),
    "{'target_defaults': {'default_configuration': 'Release', 'configurations': {'Release': {}, 'Debug': {}}, 'cflags': ['-fPIC']}}\n",
  );
  writeFileSync(join(include, 'config.gypi'), "{'variables': {}}\n");
  return headers;
}

function isUpToDate(): boolean {
  if (!existsSync(library)) return false;
  const built = statSync(library).mtimeMs;
  const sources = readdirSync(join(native, 'src')).map((name) => join(native, 'src', name));
  return [...sources, join(native, 'binding.gyp')].every((path) => statSync(path).mtimeMs <= built);
}
