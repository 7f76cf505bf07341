// Whether there is a compiler with a sanitizer, and how a program that was not built with it is started under it.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Sanitizer {
  readonly compiler: string;
  /** Environment that loads the sanitizer's library before all others. */
  readonly preload: Record<string, string>;
}

const LIBRARIES = { 'address,undefined': 'libasan.so', thread: 'libtsan.so' } as const;

export async function findSanitizer(
  kind: keyof typeof LIBRARIES = 'address,undefined',
): Promise<Sanitizer | undefined> {
  if (process.platform !== 'linux') return undefined;
  const compiler = process.env.CXX ?? 'c++';
  const run = promisify(execFile);
  try {
    const folder = mkdtempSync(join(tmpdir(), 'likeness-sanitizer-'));
    writeFileSync(join(folder, 'empty.cc'), 'int main() { return 0; }\n');
    await run(compiler, [`-fsanitize=${kind}`, join(folder, 'empty.cc'), '-o', join(folder, 'empty')]);
    await run(join(folder, 'empty'));
    const { stdout } = await run(compiler, [`-print-file-name=${LIBRARIES[kind]}`]);
    const library = stdout.trim();
    return existsSync(library) ? { compiler, preload: { LD_PRELOAD: library } } : undefined;
  } catch {
    return undefined;
  }
}
