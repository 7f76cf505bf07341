// Stands in for Electron's own files where they cannot be had, so that packaging can be run against them: the names and places of a Linux
// distribution, with a program that does nothing and holds Electron's fuses.
import { createPackage } from '@electron/asar';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What marks the fuses in Electron's program: a sentinel, the version of their layout, how many there are, and each as 0 or 1. */
const FUSES = Buffer.concat([
  Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
  Buffer.from([1, 8]),
  Buffer.from('10110001'),
]);

export async function writeElectronDistribution(folder: string, version: string): Promise<void> {
  for (const name of ['locales', 'resources', 'default']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 3\n'), FUSES]));
  chmodSync(join(folder, 'electron'), 0o755);
  const files = ['chrome-sandbox', 'chrome_crashpad_handler', 'icudtl.dat', 'LICENSE', 'LICENSES.chromium.html'];
  const parts = ['resources.pak', 'snapshot_blob.bin', 'v8_context_snapshot.bin', 'libffmpeg.so', 'libEGL.so'];
  const locales = ['en-US', 'de', 'fr', 'ja'].map((language) => `locales/${language}.pak`);
  for (const name of [...files, ...parts, ...locales]) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'version'), version);
  writeFileSync(join(folder, 'default/package.json'), '{}');
  await createPackage(join(folder, 'default'), join(folder, 'resources/default_app.asar'));
}
