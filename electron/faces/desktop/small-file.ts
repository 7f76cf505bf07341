// A few words kept in a JSON file of the application's own folder.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';

/** Undefined where nothing was kept, or what was kept cannot be read. */
export function readSmallFile<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** @throws an error of the disk, where it cannot be written */
export function writeSmallFile(file: string, kept: unknown): void {
  writeFileSync(`${file}.part`, JSON.stringify(kept));
  renameSync(`${file}.part`, file);
}
