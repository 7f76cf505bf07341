// Engines for tests: real ones, on temporary libraries.
import { onTestFinished } from 'vitest';
import type { ParsedInput } from '../../electron/contract/methods.ts';
import type { Example } from '../../electron/contract/query.ts';
import type { Activity } from '../../electron/contract/status.ts';
import { Engine, type EngineOptions } from '../../electron/engine/engine.ts';
import { temporaryFolder } from './pictures.ts';

/** An engine that is closed with the test. */
export async function openEngine(options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await Engine.open({
    libraryPath: options.libraryPath ?? temporaryFolder(),
    embedder: options.embedder,
    watching: options.watching ?? true,
    trainWhileReading: options.trainWhileReading ?? false,
    desktop: options.desktop,
    places: options.places,
  });
  let closed = false;
  const close = engine.close.bind(engine);
  engine.close = async () => {
    if (!closed) {
      closed = true;
      await close();
    }
  };
  onTestFinished(() => engine.close());
  return engine;
}

/** A search by one example, as the page asks. */
export function searchBy(example: Example, k: number, codesOnly = false): ParsedInput<'searchPhotos'> {
  return { query: { positives: [example], negatives: [], sort: 'likeness' }, k, codesOnly };
}

/** Waits until something holds; says what was last seen when it does not. */
export async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`Waited ${seconds} s in vain; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const ready = (engine: Engine): Promise<Activity> =>
  until(
    () => engine.methods.getStatus().activity,
    ({ doing }) => doing === 'ready',
  );

/** All photos in the order of the timeline. */
export function photoIdsOf(engine: Engine): number[] {
  const bytes = Uint8Array.from(Buffer.from(engine.methods.getTimeline().ids, 'base64'));
  return [...new Uint32Array(bytes.buffer)];
}

/** Their paths. */
export function pathsOf(engine: Engine): string[] {
  return photoIdsOf(engine).map((photoId) => engine.methods.getPhoto({ photoId }).path);
}

export function photoAt(engine: Engine, path: string): number {
  const photo = engine.library.photos.byPath(path);
  if (!photo) throw new Error(`No photo at ${path}`);
  return photo.id;
}
