// Which embedder a library answers by, which one it is to answer by, and one by itself for no library.
import { existsSync } from 'node:fs';
import { environment } from '../../contract/environment.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { EmbedderInUse } from '../../contract/embedders.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { Library } from '../../library/library.ts';
import type { PackRow } from '../../library/rows/pack-rows.ts';
import { builtInNetwork } from '../../vision/built-in.ts';
import type { Embedder } from '../../vision/embedder.ts';
import type { ThreadedEmbedder } from '../../vision/workers/embedder-threads.ts';
import { openGistEmbedder } from '../../vision/gist/gist-embedder.ts';
import { openOnnxEmbedder } from '../../vision/onnx/onnx-embedder.ts';
import { hasTextSide } from '../../vision/onnx/pack-files.ts';
import { CPU, type Trials } from '../../vision/providers.ts';
import { BUILT_IN, toEmbedderSpeed, EmbedderPacks, notKnown } from './embedder-packs.ts';
import { say } from '../../contract/sentence.ts';

/** The embedder by which a library's photos are searched, as far as the catalogue knows. */
export function embedderInUse(library: Library): EmbedderRow | undefined {
  const fingerprint = library.settings.get('embedder');
  return fingerprint === undefined ? undefined : library.features.embedder(fingerprint);
}

/** The same in words for the person. */
export function describeEmbedderInUse(library: Library): EmbedderInUse {
  const row = embedderInUse(library);
  if (!row) return { name: 'none yet', dimensions: 0, words: false, speed: null, coming: null };
  const pack = library.packs.find(row.fingerprint);
  const next = library.settings.get('next-embedder');
  return {
    name: row.name,
    dimensions: row.dimensions,
    words: hasTextSide(new EmbedderPacks(library).file(row.fingerprint)),
    speed: pack?.speed ? toEmbedderSpeed(JSON.parse(pack.speed) as Trials) : null,
    coming: (next !== undefined && library.packs.find(next)?.name) || null,
  };
}

/** Opens the embedder that a library answers by, to embed one picture with; changes nothing. */
export async function openEmbedderInUse(library: Library, row: EmbedderRow): Promise<Embedder> {
  const packs = new EmbedderPacks(library);
  // The library's copy may be damaged, and the original is at hand.
  const file = packs.isBuiltIn(row.fingerprint) ? builtInNetwork : packs.file(row.fingerprint);
  if (!existsSync(file))
    throw new LikenessError(
      'not-found',
      say`The library's copy of the embedder ${row.name} is gone. Index a folder again, and Likeness looks at its photos anew.`,
    );
  return openOnnxEmbedder(file, environment().provider ?? CPU);
}

/**
 * An embedder by itself, for no library.
 * @param wanted the path of an .onnx file; 'built-in' or nothing for the built-in one; 'gist' for comparisons
 * @throws LikenessError with what is wrong with it
 */
export async function openEmbedder(wanted: string | undefined): Promise<Embedder> {
  if (wanted === 'gist') return openGistEmbedder();
  if (wanted !== undefined && wanted !== BUILT_IN && !/\.onnx$/i.test(wanted)) throw notKnown(wanted);
  return openOnnxEmbedder(
    wanted === undefined || wanted === BUILT_IN ? builtInNetwork : wanted,
    environment().provider ?? CPU,
  );
}

/** What is opened when an engine is. */
export interface ChosenEmbedders {
  embedder: ThreadedEmbedder;
  row: EmbedderRow;
  /** The one that is to take its place. */
  next: PackRow | undefined;
}

/**
 * What a library answers by, and what takes its place: the one that the person chose last, or now.
 * @param wanted see EmbedderPacks.resolve; nothing for the choice made before, which is the built-in one at first
 * @throws LikenessError with what is wrong with it
 */
export async function chooseEmbedder(
  library: Library,
  packs: EmbedderPacks,
  wanted: string | undefined,
): Promise<ChosenEmbedders> {
  const chosen = await resolveChoice(library, packs, wanted);
  const current = await openCurrent(library, packs, chosen);
  if (current) {
    library.settings.set('next-embedder', chosen.fingerprint);
    return { ...current, next: chosen };
  }
  const opened = await packs
    .open(chosen)
    .catch((error: unknown) =>
      wanted === undefined && !chosen.builtIn ? unlessBroken(error) : Promise.reject(error as Error),
    );
  // A copy that was damaged on disk must not keep the library from opening.
  const pack = opened ? chosen : await packs.resolve(BUILT_IN);
  const embedder = opened ?? (await packs.open(pack));
  const row = library.inTransaction(() => {
    library.settings.remove('next-embedder');
    const before = embedderInUse(library);
    const row = rowOf(library, pack);
    if (before?.id !== row.id) {
      library.settings.set('embedder', pack.fingerprint);
      // What answered until now cannot any more, or has seen nothing.
      library.photos.awaitFeatures(row.id);
    }
    return row;
  });
  return { embedder, row, next: undefined };
}

/** The embedder that the library answers by, where another is chosen but this one has seen photos and can still be opened. */
async function openCurrent(
  library: Library,
  packs: EmbedderPacks,
  chosen: PackRow,
): Promise<Pick<ChosenEmbedders, 'embedder' | 'row'> | undefined> {
  const row = embedderInUse(library);
  if (!row || row.fingerprint === chosen.fingerprint || library.features.count(row.id) === 0) return undefined;
  const pack = library.packs.find(row.fingerprint);
  if (!pack || !existsSync(packs.file(pack.fingerprint))) return undefined;
  const embedder = await packs.open(pack).catch(unlessBroken);
  return embedder && { embedder, row };
}

/** Passes over an embedder that cannot be opened, for another to take its place. */
function unlessBroken(error: unknown): undefined {
  if (!(error instanceof LikenessError)) throw error;
}

/** An embedder's row, made where there is none. */
export function rowOf(library: Library, { fingerprint, name, dimensions }: PackRow): EmbedderRow {
  return (
    library.features.embedder(fingerprint) ??
    library.features.addEmbedder({ fingerprint, name, dimensions }, Date.now())
  );
}

/** Keeps what the person chose. */
export function keepChoice(library: Library, pack: PackRow): void {
  library.settings.set('embedder-choice', pack.builtIn ? BUILT_IN : pack.fingerprint);
}

async function resolveChoice(library: Library, packs: EmbedderPacks, wanted: string | undefined): Promise<PackRow> {
  if (wanted !== undefined) {
    const pack = await packs.resolve(wanted);
    keepChoice(library, pack);
    return pack;
  }
  const choice = library.settings.get('embedder-choice') ?? BUILT_IN;
  const kept = choice === BUILT_IN ? undefined : library.packs.find(choice);
  return kept && existsSync(packs.file(kept.fingerprint)) ? kept : packs.resolve(BUILT_IN);
}
