import { describe, expect, it } from 'vitest';
import { suggest } from '../../../electron/engine/duplicates/suggestion.ts';
import type { DuplicateRow } from '../../../electron/library/rows/duplicate-rows.ts';

const file = (path: string, more: Partial<DuplicateRow> = {}): DuplicateRow => ({
  ...{
    photoId: 1,
    contentId: 1,
    path,
    folder: '/photos',
    size: 1000,
    modifiedAt: 5,
    width: 400,
    height: 300,
    colour: 0,
  },
  ...{ format: 'jpeg', camera: null, takenAt: 0, cameraTakenAt: null, available: 1, favourite: 0, stars: 0, said: 0 },
  ...{ sharpness: 1, ...more },
});

const keeps = (kind: Parameters<typeof suggest>[0], files: DuplicateRow[], preferred: string[] = []): unknown[] => {
  const { files: sorted, reasons } = suggest(kind, files, preferred);
  return [sorted[0].path, ...reasons];
};

describe('What is suggested to be kept', () => {
  it('is what has more pixels, before a smaller one with more bytes', () => {
    expect(keeps('same', [file('/a', { size: 9000 }), file('/b', { width: 800, height: 600 })])).toEqual([
      '/b',
      'pixels',
    ]);
  });

  it('is what the person said something of, whatever its pixels', () => {
    const rated = file('/b', { stars: 3, width: 200 });
    expect(keeps('same', [file('/a'), rated])).toEqual(['/b', 'said']);
  });

  it('is a file whose drive is there', () => {
    expect(keeps('same', [file('/a', { available: 0, width: 4000 }), file('/b')])).toEqual(['/b', 'there']);
  });

  it('is the RAW file, and what names its camera, of as many pixels', () => {
    expect(keeps('same', [file('/a.jpg', { camera: 'X' }), file('/a.dng')])).toEqual(['/a.dng', 'raw']);
    expect(keeps('same', [file('/a.jpg'), file('/b.jpg', { camera: 'X', size: 2000 })])).toEqual([
      '/b.jpg',
      'camera',
      'bytes',
    ]);
  });

  it('is the sharper one of a burst, where that can be seen', () => {
    expect(keeps('bursts', [file('/a', { sharpness: 0.5 }), file('/b', { sharpness: 0.8 })])).toEqual([
      '/b',
      'sharpness',
    ]);
  });

  it.each([
    ['/a (1).jpg', '/a.jpg'],
    ['/a - Copy.jpg', '/a.jpg'],
    ['/copy of a.jpg', '/z.jpg'],
    ['/IMG_1-edited.jpg', '/IMG_1.jpg'],
    ['/a_1024x768.jpg', '/b.jpg'],
  ])('is not what is named like a copy: not %s, but %s', (copy, original) => {
    expect(keeps('copies', [file(copy), file(original)])).toEqual([original, 'name']);
  });

  it('is of two copies the one in the folder that comes first among the preferred ones', () => {
    const files = [file('/old/a.jpg', { modifiedAt: 1 }), file('/b/a.jpg'), file('/c/a.jpg')];
    expect(keeps('copies', files, ['/c', '/b'])).toEqual(['/c/a.jpg', 'folder']);
    expect(keeps('copies', files)).toEqual(['/old/a.jpg', 'older']);
  });

  it('has no reason where nothing tells them apart', () => {
    expect(keeps('copies', [file('/b.jpg'), file('/a.jpg')])).toEqual(['/a.jpg']);
  });
});
