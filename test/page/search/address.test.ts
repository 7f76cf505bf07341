import { describe, expect, it } from 'vitest';
import { fromAddress, toAddress, type AddressedQuery } from '../../../renderer/search/address.ts';
import { EVERYTHING } from '../../../renderer/search/query.ts';

describe('The address of a query', () => {
  it('says all of it, and gives all of it back', () => {
    const box = { x: 0.1, y: 0.25, width: 0.5, height: 0.3333 };
    const query: AddressedQuery = {
      positives: [{ photoId: 12 }, { photoId: 3, box }, { exampleId: 7 }],
      negatives: [{ photoId: 9 }],
      right: [4, 5],
      wrong: [6],
      filter: {
        folders: ['/photos/Rome & Paris', 'C:\\Bilder'],
        from: '2024-01-01',
        to: '2024-01-31',
        monthDay: '12-24',
        cameras: ['Canon EOS R5'],
        lenses: ['RF 24-70mm F2.8'],
        formats: ['jpeg', 'heic'],
        orientation: 'portrait',
        minPixels: 1_000_000,
        maxPixels: 24_000_000,
        name: 'beach=1#2',
        marked: true,
        copies: true,
        code: { modelId: 3, subspace: 0, centroid: 117 },
      },
      minScore: 0.35,
      sort: 'date',
      weights: [1, 0, 2, 0.5],
    };
    const address = toAddress(query);
    expect(address).toMatch(
      /^like=12&like=3@0\.1,0\.25,0\.5,0\.3333&like=picture-7&not=9&right=4,5&wrong=6&folder=\/photos\//,
    );
    expect(address).toContain('from=2024-01-01&to=2024-01-31');
    expect(fromAddress(address)).toEqual(query);
  });

  it('of all photos is empty', () => {
    expect(toAddress({ ...EVERYTHING, positives: [], negatives: [] })).toBe('');
    expect(fromAddress('')).toEqual(EVERYTHING);
  });

  it('made by hand is named where it is not understood', () => {
    for (const nonsense of [
      'like=me',
      'like=0',
      'like=3@0,0,2,1',
      'like=3@0,0,1',
      'not=1@',
      'right=1,x',
      'from=2024-02-30',
      'to=yesterday',
      'day=christmas',
      'orientation=diagonal',
      'min-pixels=-1',
      'marked=1',
      'min-score=2',
      'sort=size',
      'code=3@0',
      'code=0@1.2',
      'code=3@0.256',
      'frobnicate=1',
    ]) {
      expect(() => fromAddress(nonsense)).toThrow(`The address says ${nonsense}, which is not understood.`);
    }
  });
});
