// Addresses of pictures; the engine's contract/media.ts reads them.
export const thumbnailUrl = (contentId: number): string => `/media/thumbnail/${contentId}`;
export const previewUrl = (photoId: number): string => `/media/preview/${photoId}`;
export const exampleUrl = (exampleId: number): string => `/media/example/${exampleId}`;
