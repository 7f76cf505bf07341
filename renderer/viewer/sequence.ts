// What the viewer goes through, and what ranges of a selection are of: results, or all photos.
import type { PhotoTile } from '../../electron/contract/photos.ts';
import type { ShownOrder } from '../photos/order.ts';

export interface Sequence {
  readonly length: number;
  idAt(place: number): number;
  /** -1 where the photo is not among them. */
  placeOf(photoId: number): number;
  /** A photo, once it is here. */
  tileAt(place: number): PhotoTile | undefined;
  /** Mean colour, 0xRRGGBB, which is here before the photo is. */
  colourAt(place: number): number;
  /** Somebody looks at some places. */
  look(start: number, end: number): void;
}

/** Photos that are all here. @param look told up to which place somebody looks */
export function ofTiles(tiles: readonly PhotoTile[], look: (end: number) => void = () => undefined): Sequence {
  return {
    length: tiles.length,
    idAt: (place) => tiles[place].photoId,
    placeOf: (photoId) => tiles.findIndex((tile) => tile.photoId === photoId),
    tileAt: (place) => tiles[place],
    colourAt: (place) => tiles[place].colour,
    look: (_start, end) => look(end),
  };
}

/** Photos of which ids and colours are here, and the rest when somebody looks. */
export function ofOrder(
  { ids, colours }: Pick<ShownOrder, 'ids' | 'colours'>,
  tileAt: (place: number) => PhotoTile | undefined,
  look: (start: number, end: number) => void,
): Sequence {
  return {
    length: ids.length,
    idAt: (place) => ids[place],
    placeOf: (photoId) => ids.indexOf(photoId),
    tileAt,
    colourAt: (place) => colours[place],
    look,
  };
}
