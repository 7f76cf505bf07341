import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import trash from 'trash';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { openEngine, pathsOf, photoAt, photoIdsOf, until } from '../../support/engines.ts';
import { useOwnTrash } from '../../support/own-trash.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';
import { inEnglish } from '../../../electron/contract/sentence.ts';

let fails = '';
const desktop = {
  openFile: () => Promise.resolve(),
  showInFolder: () => Promise.resolve(),
  moveToTrash: (path: string) =>
    fails && path.endsWith(fails)
      ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
      : trash(path, { glob: false }),
};

async function library(withDesktop = true): Promise<{ engine: Engine; paths: string[]; ids: number[] }> {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 6);
  const engine = await openEngine({ watching: false, ...(withDesktop && { desktop }) });
  await engine.indexOnce([folder]);
  return { engine, paths, ids: paths.map((path) => photoAt(engine, path)) };
}

describe('The trash', () => {
  useOwnTrash();
  beforeEach(() => {
    fails = '';
  });

  it.skipIf(process.platform !== 'linux')(
    'takes files, and gives them back as they were, with all that is said of them',
    async () => {
      const { engine, paths, ids } = await library();
      const before = { bytes: readFileSync(paths[1]), date: statSync(paths[1]).mtimeMs };
      engine.methods.setStars({ photoIds: [ids[1]], stars: 4 });
      const { trashed, failed, change } = await engine.methods.trashPhotos({ photoIds: ids.slice(0, 3) });
      expect([trashed, failed, change?.kind]).toEqual([3, [], 'trash']);
      expect(paths.map((path) => existsSync(path))).toEqual([false, false, false, true, true, true]);
      expect(pathsOf(engine).sort()).toEqual(paths.slice(3));

      expect(await engine.methods.undoChange({ changeId: change!.changeId })).toEqual(change);
      expect(readFileSync(paths[1])).toEqual(before.bytes);
      expect(statSync(paths[1]).mtimeMs).toBe(before.date);
      await until(
        () => photoIdsOf(engine),
        (all) => all.length === 6,
      );
      expect(engine.methods.getPhoto({ photoId: photoAt(engine, paths[1]) }).stars).toBe(4);
      expect(await engine.methods.redoChange()).toEqual(change);
      expect(existsSync(paths[1])).toBe(false);
      expect(pathsOf(engine)).toHaveLength(3);
    },
  );

  it.skipIf(process.platform !== 'linux')('gives nothing back over a file that is there now, and says so', async () => {
    const { engine, paths, ids } = await library();
    await engine.methods.trashPhotos({ photoIds: ids.slice(0, 2) });
    writeFileSync(paths[0], 'another');
    await expect(engine.methods.undoChange({})).rejects.toThrow(/1 of 2 files came back\..*another file at .* now/);
    expect(readFileSync(paths[0], 'utf8')).toBe('another');
    expect(existsSync(paths[1])).toBe(true);
    // Out of its way, the other one comes back, too.
    rmSync(paths[0]);
    expect(await engine.methods.undoChange({})).toMatchObject({ kind: 'trash' });
    expect(existsSync(paths[0])).toBe(true);
  });

  it('leaves a file that is not what was seen, or that cannot be moved, and says which and why', async () => {
    const { engine, paths, ids } = await library();
    writeFileSync(paths[0], 'changed since');
    fails = paths[1];
    const { trashed, failed } = await engine.methods.trashPhotos({ photoIds: ids.slice(0, 3) });
    expect(trashed).toBe(1);
    expect(failed.map(({ path }) => path)).toEqual(paths.slice(0, 2));
    expect(inEnglish(failed[0].reason)).toMatch(/changed since it was read/);
    expect(existsSync(paths[0]) && existsSync(paths[1])).toBe(true);
  });

  it('takes nothing where there is nobody to ask', async () => {
    const { engine, paths, ids } = await library(false);
    await expect(engine.methods.trashPhotos({ photoIds: ids })).rejects.toThrow(/window or the browser page only/);
    expect(paths.every((path) => existsSync(path))).toBe(true);
  });
});
