// What is done with photos of a grid, by whoever shows one.
import type { PhotoTile } from '../../electron/contract/photos.ts';

export interface PhotoHandlers {
  onAsk: (tile: PhotoTile, byClick: boolean) => void;
  onSelect: (tile: PhotoTile) => void;
  /** Opens a photo in the viewer. */
  onShow: (tile: PhotoTile) => void;
  /** Ticks a photo or takes its tick away; a range goes from the one ticked last. */
  onTick: (place: number, range: boolean) => void;
  onTickAll: () => void;
  /** Adds a photo to the query, as what is meant or as what is not. */
  onExample: (tile: PhotoTile, wanted: boolean) => void;
}
