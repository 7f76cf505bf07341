import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import trash from 'trash';
import { describe, expect, it } from 'vitest';
import type { DuplicateGroup, DuplicateKind, Duplicates } from '../../../electron/contract/duplicates.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { drawScene, withDuplicates } from '../../support/duplicates.ts';
import { openEngine, until } from '../../support/engines.ts';
import { useOwnTrash } from '../../support/own-trash.ts';
import { settle, temporaryFolder } from '../../support/pictures.ts';

const desktop = {
  openFile: () => Promise.resolve(),
  showInFolder: () => Promise.resolve(),
  moveToTrash: (path: string) => trash(path, { glob: false }),
};

const list = (
  engine: Engine,
  more: Partial<{ kinds: DuplicateKind[]; folder: string; drive: string; count: number }> = {},
): Duplicates => engine.methods.getDuplicates({ kinds: ['copies', 'same', 'bursts'], start: 0, count: 50, ...more });

const ofKind = (engine: Engine, kind: DuplicateKind): DuplicateGroup | undefined =>
  list(engine).groups.find((group) => group.kind === kind);

const idsOf = ({ files }: DuplicateGroup): number[] => files.map(({ photoId }) => photoId);
const namesOf = ({ files }: DuplicateGroup): string[] => files.map(({ path }) => basename(path));

/** A library on its own, looked at to the end. */
async function reviewed(options: Parameters<typeof openEngine>[0] = {}) {
  const { folder, libraryPath } = await withDuplicates();
  const engine = await openEngine({ libraryPath, watching: false, desktop, ...options });
  engine.start();
  await looked(engine);
  return { engine, folder, libraryPath };
}

/** Asks, and waits until all is known. */
const looked = (engine: Engine): Promise<Duplicates> =>
  until(
    () => list(engine),
    ({ looked: done, contents }) => done === contents && engine.methods.getStatus().activity.doing === 'ready',
  );

describe('A review of duplicates', () => {
  useOwnTrash();

  it('lists groups, the largest gain first, with what is suggested to stay and why', async () => {
    const { engine } = await reviewed();
    const { groups, total, files, gain, counts } = list(engine);
    expect([total, counts]).toEqual([3, { copies: 1, same: 1, bursts: 1 }]);
    expect(files).toBe(groups.reduce((sum, group) => sum + group.files.length - 1, 0));
    expect(gain).toBe(groups.reduce((sum, group) => sum + group.gain, 0));
    expect(groups.map((group) => group.gain)).toEqual(groups.map((group) => group.gain).sort((a, b) => b - a));
    const same = groups.find(({ kind }) => kind === 'same')!;
    expect(namesOf(same).toSorted()).toEqual([
      '5.jpg',
      'brighter.jpg',
      'cut.jpg',
      'half.jpg',
      'mirrored.jpg',
      'quality 30.jpg',
    ]);
    const copies = groups.find(({ kind }) => kind === 'copies')!;
    expect([namesOf(copies), copies.reasons]).toEqual([['3.jpg', 'copy of 3.jpg'], ['name']]);
  });

  it('keeps first what lies in a folder that the person prefers, and lists one folder and one kind alone', async () => {
    const { engine, folder } = await reviewed();
    engine.methods.setPreferredFolders({ folders: [join(folder, 'more')] });
    const copies = ofKind(engine, 'copies')!;
    expect([namesOf(copies), copies.reasons]).toEqual([['copy of 3.jpg', '3.jpg'], ['folder']]);
    expect(list(engine, { folder: join(folder, 'more') }).groups.map(({ kind }) => kind)).toEqual(['copies']);
    expect(list(engine, { kinds: ['bursts'] }).groups.map(({ kind }) => kind)).toEqual(['bursts']);
    expect(list(engine, { count: 1 })).toMatchObject({ total: 3, groups: [{}] });
  });

  it('lists what has a file on one drive', async () => {
    const { folder, libraryPath } = await withDuplicates();
    const disk = temporaryFolder();
    copyFileSync(join(folder, '7.jpg'), join(disk, 'seven.jpg'));
    settle(join(disk, 'seven.jpg'));
    const volumes = [
      { id: 'A1', name: 'Inside', mountPoint: folder },
      { id: 'B2', name: 'Backup', mountPoint: disk },
    ];
    const places = { listVolumes: () => Promise.resolve(volumes) };
    const engine = await openEngine({ libraryPath, watching: false, desktop, places });
    await engine.indexOnce([folder, disk]);
    engine.start();
    await looked(engine);
    const drives = engine.methods.getStatus().folders.map(({ drive }) => drive);
    expect(drives.sort()).toEqual(['Backup', 'Inside']);
    expect(list(engine, { drive: 'Backup' }).groups.map((group) => namesOf(group).sort())).toEqual([
      ['7.jpg', 'seven.jpg'],
    ]);
    expect(list(engine, { drive: 'Inside' })).toMatchObject({ total: 4, counts: { copies: 2, same: 1, bursts: 1 } });
    expect(list(engine, { drive: 'Inside', folder: disk }).total).toBe(1);
    expect(list(engine, { drive: 'Elsewhere' }).total).toBe(0);
  });

  it('collects what is to go, takes a decision back, and moves all of it into the trash in one step, and back', async () => {
    const { engine, folder } = await reviewed({ watching: true });
    const same = ofKind(engine, 'same')!;
    const [stays, ...go] = idsOf(same);
    engine.methods.decideDuplicates({ keep: [stays], go });
    expect(ofKind(engine, 'same')).toBeUndefined();
    expect(list(engine).toGo).toEqual({ files: 5, bytes: same.gain });
    await engine.methods.undoChange({});
    expect([list(engine).toGo.files, ofKind(engine, 'same')?.files.length]).toEqual([0, 6]);
    await engine.methods.redoChange();
    engine.methods.keepAfterAll({ photoIds: go.slice(0, 1) });
    const toGo = engine.methods.listToGo().files;
    expect(toGo.map(({ photoId }) => photoId).sort()).toEqual(go.slice(1).sort());
    const { trashed, failed, change } = await engine.methods.trashPhotos({
      photoIds: toGo.map(({ photoId }) => photoId),
    });
    expect([trashed, failed]).toEqual([4, []]);
    expect(toGo.filter(({ path }) => existsSync(path))).toEqual([]);
    expect(list(engine).toGo.files).toBe(0);
    expect(ofKind(engine, 'same')?.files).toHaveLength(2);
    await engine.methods.undoChange({ changeId: change!.changeId });
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(toGo.map(({ path }) => basename(path))));
    await until(
      () => ofKind(engine, 'same')?.files.length,
      (files) => files === 6,
    );
  });

  it.each(['kept', 'different'] as const)(
    'remembers by content what was said to be %s, wherever files lie then',
    async (verdict) => {
      const { engine, folder, libraryPath } = await reviewed();
      for (const kind of ['copies', 'same', 'bursts'] as const) {
        const keep = idsOf(ofKind(engine, kind)!);
        engine.methods.decideDuplicates({ keep, go: [], verdict });
      }
      expect(list(engine).total).toBe(0);
      await engine.close();
      mkdirSync(join(folder, 'elsewhere'));
      for (const name of readdirSync(folder).filter((one) => one.endsWith('.jpg')))
        renameSync(join(folder, name), join(folder, 'elsewhere', name));
      const again = await openEngine({ libraryPath, watching: false });
      await again.indexOnce([folder]);
      await looked(again);
      expect(list(again).total).toBe(0);
    },
  );

  it('looks at what comes later, and links it with what was there', async () => {
    const { engine, folder } = await reviewed();
    const { looked: before } = list(engine);
    const path = join(folder, 'later copy.jpg');
    const sharp = (await import('sharp')).default;
    writeFileSync(
      path,
      await sharp(await drawScene(7))
        .rotate(90)
        .jpeg({ quality: 80 })
        .toBuffer(),
    );
    settle(path);
    await engine.indexOnce([folder]);
    await looked(engine);
    expect(list(engine).looked).toBe(before + 1);
    const found = list(engine).groups.find((group) => namesOf(group).includes('later copy.jpg'));
    expect(found && [found.kind, namesOf(found).toSorted()]).toEqual(['same', ['7.jpg', 'later copy.jpg']]);
  });

  it('moves files into a folder where there is no trash, never over a file, and never into a photo folder', async () => {
    const { engine, folder } = await reviewed();
    const copies = ofKind(engine, 'copies')!;
    const photoIds = idsOf(copies).slice(1);
    const away = temporaryFolder();
    writeFileSync(join(away, 'copy of 3.jpg'), 'something else');
    await expect(engine.methods.movePhotosAway({ photoIds, folder: join(folder, 'more') })).rejects.toThrow(
      /is one of your photo folders/,
    );
    const bytes = readFileSync(copies.files[1].path);
    const { trashed, failed, change } = await engine.methods.movePhotosAway({ photoIds, folder: away });
    expect([trashed, failed, change?.kind]).toEqual([1, [], 'moved']);
    expect(readdirSync(away).sort()).toEqual(['copy of 3 (2).jpg', 'copy of 3.jpg']);
    expect(existsSync(copies.files[1].path)).toBe(false);
    expect(ofKind(engine, 'copies')).toBeUndefined();
    // And back: not over another file, and once more after that.
    writeFileSync(copies.files[1].path, 'come in between');
    await expect(engine.methods.undoChange({})).rejects.toThrow(/There is another file at .*copy of 3\.jpg now/);
    rmSync(copies.files[1].path);
    await engine.methods.undoChange({});
    expect([readFileSync(copies.files[1].path), readdirSync(away)]).toEqual([bytes, ['copy of 3.jpg']]);
    await until(
      () => ofKind(engine, 'copies'),
      (group) => group !== undefined,
    );
    await engine.methods.redoChange();
    expect([existsSync(copies.files[1].path), readdirSync(away)]).toEqual([
      false,
      ['copy of 3 (2).jpg', 'copy of 3.jpg'],
    ]);
  });

  it('ends with the engine, also in the middle of looking for duplicates', async () => {
    const { libraryPath } = await withDuplicates();
    const engine = await openEngine({ libraryPath, watching: false });
    engine.start();
    await until(
      () => (list(engine), engine.methods.getStatus().activity.doing),
      (doing) => doing === 'duplicates',
    );
    await engine.close();
    const again = await openEngine({ libraryPath, watching: false });
    again.start();
    expect((await looked(again)).total).toBe(3);
  });

  it('does not let go of a photo where none stays', async () => {
    const { engine } = await reviewed();
    const ids = idsOf(ofKind(engine, 'copies')!);
    expect(() => engine.methods.decideDuplicates({ keep: [999_999], go: ids })).toThrow(/None of the photos to keep/);
    expect(list(engine).toGo.files).toBe(0);
  });
});

describe('Stacks of the grid', () => {
  const namesIn = (engine: Engine): string[][] =>
    engine.methods
      .getStacks()
      .stacks.map((ids) => ids.map((photoId) => basename(engine.methods.getPhoto({ photoId }).path)));

  it('hold copies, and shots of one moment once duplicates were looked for, what is suggested to stay on top', async () => {
    const { libraryPath } = await withDuplicates();
    const engine = await openEngine({ libraryPath, watching: false });
    engine.start();
    expect(namesIn(engine)).toEqual([['3.jpg', 'copy of 3.jpg']]);
    await looked(engine);
    const stacks = namesIn(engine);
    expect(stacks).toHaveLength(2);
    expect(stacks[0].toSorted()).toEqual(['shot 1.jpg', 'shot 2.jpg']);
    expect(stacks[1]).toEqual(['3.jpg', 'copy of 3.jpg']);
  });

  it('hold all files of a shot that is there more than once, and what is to go until it has gone', async () => {
    const { engine, folder } = await reviewed();
    copyFileSync(join(folder, 'shot 2.jpg'), join(folder, 'more', 'copy of shot 2.jpg'));
    settle(join(folder, 'more', 'copy of shot 2.jpg'));
    await engine.indexOnce([folder]);
    await looked(engine);
    const burst = (): string[] => namesIn(engine).find((names) => names.includes('shot 1.jpg'))!;
    expect(burst().toSorted()).toEqual(['copy of shot 2.jpg', 'shot 1.jpg', 'shot 2.jpg']);
    const [keep, ...go] = engine.methods.getStacks().stacks.find((ids) => ids.length === 3)!;
    engine.methods.decideDuplicates({ keep: [keep], go });
    expect(burst()).toHaveLength(3);
  });

  it('hold no photos that are said to be wanted each', async () => {
    const { engine } = await reviewed();
    const [burst] = list(engine, { kinds: ['bursts'] }).groups;
    engine.methods.decideDuplicates({ keep: idsOf(burst), go: [], verdict: 'kept' });
    expect(namesIn(engine)).toEqual([['3.jpg', 'copy of 3.jpg']]);
  });
});
