// How a picture lies in its pane: how large, and which of its points is in the middle. The same for several panes, so that they zoom
// and pan in step.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Zoom {
  /** Times the size at which all of it fits. */
  readonly factor: number;
  /** The point in the middle of the pane, in shares of the picture's sides. */
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Zoom = { factor: 1, x: 0.5, y: 0.5 };

/** A pane in CSS pixels, and the pixels of the picture as it is turned. */
export interface Frame {
  readonly pane: Size;
  readonly picture: Size;
}

/** A small picture is not made larger than this to fill the pane. */
const MOST_ENLARGED = 3;
/** Times its own pixels, and times all of it: what a picture can be zoomed to, whichever is more. */
const MOST_PIXELS = 8;
const MOST_FACTOR = 4;

/** CSS pixels for one of the picture, where all of it fits. */
export function fitScale({ pane, picture }: Frame): number {
  return Math.min(pane.width / picture.width, pane.height / picture.height, MOST_ENLARGED);
}

/** The factor at which a pixel of the picture is one of the screen. @param density pixels of the screen for a CSS pixel */
export function actualSize(frame: Frame, density: number): number {
  return 1 / density / fitScale(frame);
}

/** Where the picture lies in the pane, in CSS pixels: in the middle where it fits, and without a gap where it does not. */
export function placeIn(zoom: Zoom, { pane, picture }: Frame): Point & Size {
  const scale = fitScale({ pane, picture }) * zoom.factor;
  const [width, height] = [picture.width * scale, picture.height * scale];
  const along = (room: number, length: number, share: number): number =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, room / 2 - share * length));
  return { x: along(pane.width, width, zoom.x), y: along(pane.height, height, zoom.y), width, height };
}

/** Zooms so that what is under a point of the pane stays there. */
export function zoomAt(zoom: Zoom, frame: Frame, point: Point, by: number, density: number): Zoom {
  const actual = actualSize(frame, density);
  const factor = Math.min(Math.max(MOST_FACTOR, MOST_PIXELS * actual), Math.max(Math.min(1, actual), zoom.factor * by));
  const before = placeIn(zoom, frame);
  const grown = factor / zoom.factor;
  const middle = (room: number, at: number, start: number, length: number): number =>
    (room / 2 - (at - (at - start) * grown)) / (length * grown);
  return settled(
    {
      factor,
      x: middle(frame.pane.width, point.x, before.x, before.width),
      y: middle(frame.pane.height, point.y, before.y, before.height),
    },
    frame,
  );
}

/** @param by CSS pixels that the picture moves */
export function panBy(zoom: Zoom, frame: Frame, by: Point): Zoom {
  const { width, height } = placeIn(zoom, frame);
  return settled({ ...zoom, x: zoom.x - by.x / width, y: zoom.y - by.y / height }, frame);
}

/** The middle as it is, where the one asked for would leave a gap. */
function settled(zoom: Zoom, frame: Frame): Zoom {
  const { x, y, width, height } = placeIn(zoom, frame);
  return { ...zoom, x: (frame.pane.width / 2 - x) / width, y: (frame.pane.height / 2 - y) / height };
}
