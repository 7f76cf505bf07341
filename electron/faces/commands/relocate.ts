// `likeness relocate`: where a folder lies now.
import { resolve } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { inEnglish } from '../../contract/sentence.ts';
import { Engine } from '../../engine/engine.ts';

/**
 * @param folder as the library names it, which may be a path of another system
 * @param place the folder that holds its photos now
 * @returns photos that it holds
 * @throws LikenessError where the library has no such folder, or the place holds other photos
 */
export async function relocate(folder: string, place: string, libraryPath: string): Promise<number> {
  const engine = await Engine.open({
    libraryPath,
    watching: false,
    trainWhileReading: false,
    onOpening: (notice) => console.error(inEnglish(notice)),
  });
  try {
    const { folders } = engine.methods.getStatus();
    // A folder of another system is no path here.
    const known = folders.find(({ path }) => path === folder || path === resolve(folder));
    if (!known) {
      const names = folders.map(({ path }) => path).join(', ') || 'none';
      throw new LikenessError('not-found', `The library has no folder ${folder}. It has: ${names}.`);
    }
    await engine.methods.relocateFolder({ folderId: known.folderId, path: place });
    return known.photos;
  } finally {
    await engine.close();
  }
}
