import { sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Library } from '../../../electron/library/library.ts';
import { temporaryFolder } from '../../support/pictures.ts';

describe('A folder of another system', () => {
  it('has its photos under paths of this one when it is pointed at its place here', () => {
    const library = Library.open(temporaryFolder());
    const id = library.folders.add('D:\\Fotos ä', '1', [], 0);
    library.photos.reconcile(id, { path: 'D:\\Fotos ä\\2024\\see.jpg', size: 1, modifiedAt: 1 }, 1);
    library.folders.move(id, 'D:\\Fotos ä', '/home/me/Fotos');
    expect(library.folders.all()).toMatchObject([{ id, path: '/home/me/Fotos' }]);
    expect(library.photos.byPath(['/home/me/Fotos', '2024', 'see.jpg'].join(sep))).toBeDefined();
    expect(library.folders.photoCounts().get(id)).toBe(1);
    library.close();
  });

  it('also where it was all of a drive, and where it has all of one now', () => {
    const library = Library.open(temporaryFolder());
    const id = library.folders.add('E:\\', '1', [], 0);
    library.photos.reconcile(id, { path: 'E:\\DCIM\\see.jpg', size: 1, modifiedAt: 1 }, 1);
    library.folders.move(id, 'E:\\', '/home/me/stick');
    expect(library.photos.byPath(['/home/me/stick', 'DCIM', 'see.jpg'].join(sep))).toBeDefined();
    library.folders.move(id, '/home/me/stick', '/');
    expect(library.photos.byPath(`${sep}DCIM${sep}see.jpg`)).toBeDefined();
    library.close();
  });
});
