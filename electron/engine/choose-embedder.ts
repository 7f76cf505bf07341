// Which embedder a library uses, and where an added one is kept.
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LikenessError } from '../contract/errors.ts';
import type { EmbedderRow } from '../library/feature-rows.ts';
import type { Library } from '../library/library.ts';
import type { Embedder } from '../vision/embedder.ts';
import { createGistEmbedder } from '../vision/gist-embedder.ts';
import { openOnnxEmbedder } from '../vision/onnx-embedder.ts';

export const BUILT_IN = 'built-in';

/** The embedder that a library's photos were last read with, as far as the catalogue knows. */
export function embedderInUse(library: Library): EmbedderRow | undefined {
  const fingerprint = library.settings.get('embedder');
  return fingerprint === undefined ? undefined : library.features.embedder(fingerprint);
}

/**
 * Opens the embedder that a library uses, to embed with; changes nothing.
 * @param threads how many pictures are embedded at once
 */
export async function openEmbedderInUse(library: Library, threads: number): Promise<Embedder> {
  const row = embedderInUse(library);
  if (row) {
    const kept = keptModel(library, row.fingerprint);
    if (existsSync(kept)) return openOnnxEmbedder(kept);
  }
  return createGistEmbedder(threads);
}

/**
 * An embedder by itself, for no library.
 * @param wanted the path of an .onnx file; 'built-in' or nothing for the built-in one
 * @throws LikenessError with what is wrong with it
 */
export async function openEmbedder(wanted: string | undefined, threads: number): Promise<Embedder> {
  if (wanted === undefined || wanted === BUILT_IN) return createGistEmbedder(threads);
  if (/\.onnx$/i.test(wanted)) return openOnnxEmbedder(wanted);
  throw new LikenessError('bad-input', `There is no embedder named "${wanted}". Give "${BUILT_IN}" or the path of an .onnx file.`);
}

/**
 * Makes a library use an embedder: the one named, or the one that it uses already, or the built-in one.
 * @param wanted 'built-in', the name of one added before, or the path of an .onnx file, which is then copied
 *   into the library, so that it is there when the file is not
 * @throws LikenessError with what is wrong with it
 */
export async function chooseEmbedder(
  library: Library,
  wanted: string | undefined,
  threads: number,
): Promise<{ embedder: Embedder; row: EmbedderRow }> {
  const embedder = await openWanted(library, wanted, threads);
  const row = library.inTransaction(() => {
    const { fingerprint, name, dimensions } = embedder;
    const known = library.features.embedder(fingerprint) ?? library.features.addEmbedder({ fingerprint, name, dimensions }, Date.now());
    if (library.settings.get('embedder') !== fingerprint) {
      library.settings.set('embedder', fingerprint);
      library.photos.awaitFeatures(known.id);
    }
    return known;
  });
  return { embedder, row };
}

async function openWanted(library: Library, wanted: string | undefined, threads: number): Promise<Embedder> {
  if (wanted === undefined) return openEmbedderInUse(library, threads);
  if (wanted === BUILT_IN) return createGistEmbedder(threads);
  if (/\.onnx$/i.test(wanted)) {
    const embedder = await openOnnxEmbedder(wanted);
    try {
      await keep(library, wanted, embedder.fingerprint);
    } catch (error) {
      await embedder.close();
      throw error;
    }
    return embedder;
  }
  const row = library.features.embedderNamed(wanted);
  if (row && existsSync(keptModel(library, row.fingerprint))) return openOnnxEmbedder(keptModel(library, row.fingerprint));
  throw new LikenessError(
    'bad-input',
    `There is no embedder named "${wanted}". Give "${BUILT_IN}", the name of one added before, or the path of an .onnx file.`,
  );
}

function keptModel(library: Library, fingerprint: string): string {
  return join(library.path, 'embedders', `${fingerprint}.onnx`);
}

async function keep(library: Library, file: string, fingerprint: string): Promise<void> {
  const target = keptModel(library, fingerprint);
  if (existsSync(target)) return;
  await mkdir(join(library.path, 'embedders'), { recursive: true });
  const description = file.replace(/\.onnx$/i, '.json');
  try {
    if (existsSync(description)) await copyFile(description, target.replace(/onnx$/, 'json'));
    await copyFile(file, target);
  } catch (error) {
    await rm(target, { force: true });
    throw new LikenessError('no-space', `The model could not be copied into the library: ${(error as Error).message}.`, { cause: error });
  }
}
