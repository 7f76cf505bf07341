// Where the page finds pictures: the same addresses in both faces.

/**
 * A thumbnail by its content; by its photo a picture for the window, one with all its pixels, or the file as it is; a picture given before
 * by its example; one that comes along by its number; a frame of a video by its region.
 */
export type MediaKind = 'thumbnail' | 'preview' | 'full' | 'original' | 'example' | 'sample' | 'frame';

export type MediaPath = `/media/${MediaKind | 'video'}/${number}`;

export interface MediaRequest {
  kind: MediaKind;
  id: number;
}

/** What an address asks for, or undefined where it is none of the above. */
export function parseMediaPath(path: string): MediaRequest | undefined {
  const match = /^\/media\/(thumbnail|preview|full|original|example|sample|frame)\/([1-9]\d{0,14})$/.exec(path);
  return match ? { kind: match[1] as MediaKind, id: Number(match[2]) } : undefined;
}

/** The number of the photo whose video an address asks for, or undefined. A video is sent in pieces, as they are asked for. */
export function parseVideoPath(path: string): number | undefined {
  const match = /^\/media\/video\/([1-9]\d{0,14})$/.exec(path);
  return match ? Number(match[1]) : undefined;
}

/** A video's file. */
export interface VideoFile {
  path: string;
  /** MIME type. */
  type: string;
  /** Bytes. */
  size: number;
}

/** Of what a request is answered with. An original is of whatever kind its file is, and nothing that a page shows. */
export const mediaType = ({ kind }: MediaRequest): string =>
  kind === 'original' ? 'application/octet-stream' : 'image/jpeg';

/** Serves pictures, as JPEG but for originals. */
export interface MediaSource {
  /** @throws LikenessError 'not-found' or 'unreadable' */
  getMedia(request: MediaRequest): Promise<Uint8Array>;
}
