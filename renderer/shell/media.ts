// Addresses of pictures.
import type { MediaPath } from '../../electron/contract/media.ts';

export const thumbnailUrl = (contentId: number): MediaPath => `/media/thumbnail/${contentId}`;
export const previewUrl = (photoId: number): MediaPath => `/media/preview/${photoId}`;
export const fullUrl = (photoId: number): MediaPath => `/media/full/${photoId}`;
export const exampleUrl = (exampleId: number): MediaPath => `/media/example/${exampleId}`;
