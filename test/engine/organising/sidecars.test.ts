import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { openEngine, photoAt, until } from '../../support/engines.ts';
import { settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { inEnglish } from '../../../electron/contract/sentence.ts';

const setSidecars = (engine: Engine, on: boolean): null => {
  const [{ folderId }] = engine.methods.getStatus().folders;
  return engine.methods.setSidecars({ folderId, on });
};
const says = (file: string, words: string): Promise<boolean> =>
  until(
    () => existsSync(file) && readFileSync(file, 'utf8').includes(words),
    (seen) => seen,
  );

describe('XMP beside the photos of a folder', () => {
  it('is off until it is switched on, then follows every change and its undoing, for every copy, and leaves photos alone', async () => {
    const folder = temporaryFolder();
    const paths = await writePictures(folder, 3);
    const copy = join(folder, 'copy.jpg');
    copyFileSync(paths[0], copy);
    settle(copy);
    const bytes = readFileSync(paths[0]);
    const libraryPath = temporaryFolder();
    const engine = await openEngine({ watching: false, libraryPath });
    await engine.indexOnce([folder]);
    const photoIds = [photoAt(engine, paths[0])];
    engine.methods.setStars({ photoIds, stars: 4 });
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(readdirSync(folder).filter((name) => name.endsWith('.xmp'))).toEqual([]);

    setSidecars(engine, true);
    await says(`${paths[0]}.xmp`, '<xmp:Rating>4</xmp:Rating>');
    await says(`${copy}.xmp`, '<xmp:Rating>4</xmp:Rating>');
    engine.methods.setTags({ photoIds, add: ['lake'], remove: [] });
    await says(`${copy}.xmp`, '<rdf:li>lake</rdf:li>');
    await engine.methods.undoChange({});
    await until(
      () => readFileSync(`${copy}.xmp`, 'utf8'),
      (text) => !text.includes('lake'),
    );
    expect(readdirSync(folder).sort()).toEqual(['0.jpg', '0.jpg.xmp', '1.jpg', '2.jpg', 'copy.jpg', 'copy.jpg.xmp']);
    expect(readFileSync(paths[0])).toEqual(bytes);
    expect(engine.methods.getStatus().photos).toBe(4);

    // What was said right before the end is written, and what was not is written at the next start.
    engine.methods.setStars({ photoIds, stars: 1 });
    await engine.close();
    expect(readFileSync(`${paths[0]}.xmp`, 'utf8')).toContain('<xmp:Rating>1</xmp:Rating>');
    const next = await openEngine({ watching: false, libraryPath });
    next.library.annotations.set(photoIds, 'stars', 2);
    next.start();
    await says(`${paths[0]}.xmp`, '<xmp:Rating>2</xmp:Rating>');
    setSidecars(next, false);
    next.methods.setStars({ photoIds, stars: 3 });
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(readFileSync(`${paths[0]}.xmp`, 'utf8')).toContain('<xmp:Rating>2</xmp:Rating>');
  });

  it('leaves what another program wrote as it is, and says so', async () => {
    const folder = temporaryFolder();
    const paths = await writePictures(folder, 2);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const theirs = '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 6.0.0"></x:xmpmeta>';
    writeFileSync(`${paths[0]}.xmp`, theirs);
    setSidecars(engine, true);
    engine.methods.setStars({ photoIds: paths.map((path) => photoAt(engine, path)), stars: 4 });
    await says(`${paths[1]}.xmp`, '<xmp:Rating>4</xmp:Rating>');
    expect(readFileSync(`${paths[0]}.xmp`, 'utf8')).toBe(theirs);
    await until(
      () => engine.methods.getStatus().activity.notice,
      (notice) => notice !== null && /1 XMP files? of other programs/.test(inEnglish(notice)),
    );
  });
});
