// Addresses of pictures, and the colours that stand for them until they are here.
import type { MediaPath } from '../../electron/contract/media.ts';

export const thumbnailUrl = (contentId: number): MediaPath => `/media/thumbnail/${contentId}`;
export const previewUrl = (photoId: number): MediaPath => `/media/preview/${photoId}`;
export const fullUrl = (photoId: number): MediaPath => `/media/full/${photoId}`;
export const originalUrl = (photoId: number): MediaPath => `/media/original/${photoId}`;
export const videoUrl = (photoId: number): MediaPath => `/media/video/${photoId}`;
/** A frame of a video. @param regionId as a result's hit tells it */
export const frameUrl = (regionId: number): MediaPath => `/media/frame/${regionId}`;
export const sampleUrl = (sampleId: number): MediaPath => `/media/sample/${sampleId}`;
export const exampleUrl = (exampleId: number): MediaPath => `/media/example/${exampleId}`;

/** A mean colour, 0xRRGGBB, as styles have it. */
export const cssColour = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`;
