import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeSmallFile } from '../../../electron/faces/desktop/small-file.ts';
import { placeOn, readPlace } from '../../../electron/faces/desktop/window-place.ts';
import { temporaryFolder } from '../../support/pictures.ts';

const laptop = { x: 0, y: 25, width: 1440, height: 875 };
const large = { x: 1440, y: 0, width: 2560, height: 1440 };

describe('The place of the window', () => {
  it('is kept from one start to the next', () => {
    const file = join(temporaryFolder(), 'window.json');
    expect(readPlace(file)).toBeUndefined();
    const kept = { x: 10, y: 40, width: 900, height: 700, isMaximized: true };
    writeSmallFile(file, kept);
    expect(readPlace(file)).toEqual(kept);
  });

  it.each(['', '{', '{"x":"1"}', '{"x":1,"y":1,"width":-5,"height":9e9,"isMaximized":false}'])(
    'is that of the first start where %j was kept',
    (text) => {
      const file = join(temporaryFolder(), 'window.json');
      writeFileSync(file, text);
      expect(readPlace(file)).toBeUndefined();
    },
  );

  it('is what it was on screens that are there, across two of them too', () => {
    for (const x of [100, 1300, 2000]) {
      const kept = { x, y: 50, width: 900, height: 700 };
      expect(placeOn(kept, [laptop, large])).toEqual(kept);
    }
  });

  it('is the middle of the first screen where the one that it was on is gone, or its upper edge cannot be reached', () => {
    const middle = { x: 270, y: 113, width: 900, height: 700 };
    expect(placeOn({ x: 2000, y: 50, width: 900, height: 700 }, [laptop])).toEqual(middle);
    expect(placeOn({ x: 100, y: -300, width: 900, height: 700 }, [laptop])).toEqual(middle);
    expect(placeOn({ x: 100, y: 880, width: 900, height: 700 }, [laptop])).toEqual(middle);
    expect(placeOn({ x: 3000, y: 0, width: 2500, height: 1400 }, [laptop])).toEqual(laptop);
  });
});
