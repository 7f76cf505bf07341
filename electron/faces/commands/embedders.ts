// `likeness embedder`: the embedders that a library holds.
import { resolve } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { EmbedderPack, OfferedPack, PackOffer, PackProgress } from '../../contract/embedders.ts';
import type { Activity } from '../../contract/status.ts';
import { Engine } from '../../engine/engine.ts';

/** Tries an ONNX file, or a folder as transformers writes it, and copies it into the library. */
export async function addEmbedder(libraryPath: string, file: string): Promise<EmbedderPack> {
  return withEngine(libraryPath, (engine) => engine.addEmbedderFile(resolve(file)));
}

/** Those that can be fetched. */
export async function listOfferedPacks(libraryPath: string): Promise<OfferedPack[]> {
  return withEngine(libraryPath, (engine) => Promise.resolve(engine.methods.listOfferedPacks().packs));
}

export interface GettingHandlers {
  /** Asks whether what the hub says is to be fetched. */
  readonly confirm: (offer: PackOffer) => Promise<boolean>;
  readonly onProgress: (progress: PackProgress) => void;
}

/** Fetches one and adds it. @returns undefined where the person did not want it */
export async function getEmbedder(
  libraryPath: string,
  id: string,
  { confirm, onProgress }: GettingHandlers,
): Promise<EmbedderPack | undefined> {
  return withEngine(libraryPath, async (engine) => {
    engine.onEvent((event) => {
      if (event.name === 'packProgressed') onProgress(event.detail);
    });
    const offer = await engine.methods.offerPack({ id });
    return (await confirm(offer)) ? engine.fetchPack(id, offer.revision) : undefined;
  });
}

/** Lets an embedder look at all photos of the library, to the end. */
export async function useEmbedder(
  libraryPath: string,
  name: string,
  onActivity: (activity: Activity) => void,
): Promise<void> {
  await withEngine(libraryPath, async (engine) => {
    engine.onEvent((event) => {
      if (event.name === 'activityChanged') onActivity(event.detail);
    });
    await engine.methods.useEmbedder({ name });
    await engine.indexOnce([]);
    const { embedder, activity } = engine.methods.getStatus();
    if (embedder.coming !== null)
      throw new LikenessError('unavailable', activity.notice ?? `${embedder.name} goes on answering.`);
  });
}

export async function removeEmbedder(libraryPath: string, name: string): Promise<void> {
  await withEngine(libraryPath, (engine) => engine.methods.removeEmbedder({ name }));
}

/** Holds all of them against what the person marked as right. */
export async function rankEmbedders(libraryPath: string): Promise<EmbedderPack[]> {
  return withEngine(libraryPath, (engine) => engine.methods.rankEmbedders());
}

async function withEngine<T>(libraryPath: string, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await Engine.open({
    libraryPath: resolve(libraryPath),
    watching: false,
    trainWhileReading: false,
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
