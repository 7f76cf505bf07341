// Where the page finds pictures: the same addresses in both faces.

/** A thumbnail by its content, a picture for the window or with all its pixels by its photo, a picture given before by its example. */
export type MediaKind = 'thumbnail' | 'preview' | 'full' | 'example';

export type MediaPath = `/media/${MediaKind}/${number}`;

export interface MediaRequest {
  kind: MediaKind;
  id: number;
}

/** What an address asks for, or undefined where it is none of the above. */
export function parseMediaPath(path: string): MediaRequest | undefined {
  const match = /^\/media\/(thumbnail|preview|full|example)\/([1-9]\d{0,14})$/.exec(path);
  return match ? { kind: match[1] as MediaKind, id: Number(match[2]) } : undefined;
}

/** Serves pictures, as JPEG. */
export interface MediaSource {
  /** @throws LikenessError 'not-found' or 'unreadable' */
  getMedia(request: MediaRequest): Promise<Uint8Array>;
}
