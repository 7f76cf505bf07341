import { describe, expect, it } from 'vitest';
import { actualSize, panBy, placeIn, WHOLE, zoomAt, type Frame } from '../../../renderer/viewer/zoom.ts';

const frame: Frame = { pane: { width: 1000, height: 800 }, picture: { width: 4000, height: 2000 } };

describe('A picture in a pane', () => {
  it('lies in the middle, as large as fits', () => {
    expect(placeIn(WHOLE, frame)).toEqual({ x: 0, y: 150, width: 1000, height: 500 });
  });

  it('is not made larger than three times its pixels to fill the pane', () => {
    const small = { ...frame, picture: { width: 100, height: 100 } };
    expect(placeIn(WHOLE, small)).toEqual({ x: 350, y: 250, width: 300, height: 300 });
  });

  it('keeps what is under the pointer where it is, as it is zoomed', () => {
    const point = { x: 800, y: 300 };
    const under = (zoom: typeof WHOLE): number[] => {
      const { x, y, width, height } = placeIn(zoom, frame);
      return [(point.x - x) / width, (point.y - y) / height];
    };
    const once = zoomAt(WHOLE, frame, point, 2, 1);
    const twice = zoomAt(once, frame, point, 1.5, 1);
    expect(twice.factor).toBe(3);
    expect(under(twice)[0]).toBeCloseTo(under(WHOLE)[0], 6);
    expect(under(twice)[1]).toBeCloseTo(under(WHOLE)[1], 6);
  });

  it('comes back whole to the middle', () => {
    const near = zoomAt(WHOLE, frame, { x: 10, y: 200 }, 3, 1);
    expect(placeIn(zoomAt(near, frame, { x: 900, y: 500 }, 0.01, 1), frame)).toEqual(placeIn(WHOLE, frame));
  });

  it('leaves no gap when it is panned beyond its edge, and turns around at once', () => {
    const near = zoomAt(WHOLE, frame, { x: 500, y: 400 }, 4, 1);
    const far = panBy(near, frame, { x: 99_999, y: 0 });
    expect(placeIn(far, frame).x).toBe(0);
    expect(placeIn(panBy(far, frame, { x: -10, y: 0 }), frame).x).toBeCloseTo(-10);
  });

  it('has its own pixels at the factor that the screen says', () => {
    expect(actualSize(frame, 1)).toBe(4);
    expect(actualSize(frame, 2)).toBe(2);
  });

  it('can be zoomed to eight times its pixels, and no farther', () => {
    expect(zoomAt(WHOLE, frame, { x: 0, y: 0 }, 1e9, 1).factor).toBe(32);
  });
});
