import { describe, expect, it } from 'vitest';
import { stars } from '../../electron/search/stars.ts';

describe('Groups of linked things', () => {
  it('are linked to their middle, so that a chain does not drift from one thing to another', () => {
    const chain = [1, 2, 3, 4].map((id) => [id, id + 1] as const);
    expect(stars(chain)).toEqual([
      [2, 1, 3],
      [4, 5],
    ]);
  });

  it('take first what has the most links, and hold nothing twice', () => {
    const links = [
      [9, 1],
      [9, 2],
      [9, 3],
      [9, 4],
      [4, 5],
      [4, 6],
      [5, 6],
      [7, 7],
    ] as const;
    expect(stars(links)).toEqual([
      [9, 1, 2, 3, 4],
      [5, 6],
    ]);
  });

  it('are the same however the links come, and are none where there are none', () => {
    const links = [
      [1, 2],
      [2, 3],
      [8, 9],
    ] as const;
    const turned = links.map(([a, b]) => [b, a] as const).toReversed();
    expect(stars([...turned, ...links])).toEqual(stars(links));
    expect(stars([])).toEqual([]);
  });
});
