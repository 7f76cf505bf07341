// What the viewer goes through: results, or all photos.
import type { PhotoTile } from '../../electron/contract/photos.ts';

export interface Sequence {
  readonly length: number;
  idAt(place: number): number;
  /** -1 where the photo is not among them. */
  placeOf(photoId: number): number;
  /** A photo, once it is here. */
  tileAt(place: number): PhotoTile | undefined;
  /** Has the photos of some places fetched. */
  look(start: number, end: number): void;
}

/** One photo, which is among no others: an example of the query, say. */
export function alone(tile: PhotoTile): Sequence {
  return {
    length: 1,
    idAt: () => tile.photoId,
    placeOf: (photoId) => (photoId === tile.photoId ? 0 : -1),
    tileAt: () => tile,
    look: () => undefined,
  };
}
