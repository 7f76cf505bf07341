// A video, or the part of it that a page asks for, as it is answered in both faces (RFC 9110, section 14).
import { createReadStream, type ReadStream } from 'node:fs';
import { parse } from 'range-parser';
import type { VideoFile } from '../contract/media.ts';

/** range-parser's word for parts that lie behind the end. */
const UNSATISFIABLE = 2;
const NO_RANGE = { code: 0, type: '', ranges: [] };

export interface VideoResponse {
  status: number;
  headers: Record<string, string>;
  /** Nothing where there is no such part. */
  body: ReadStream | undefined;
}

/** @param range the request's header */
export function videoResponse({ path, type, size }: VideoFile, range: string | null | undefined): VideoResponse {
  const headers = { 'Content-Type': type, 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-store' };
  const { code, type: unit, ranges } = range ? parse(size, range) : NO_RANGE;
  if (code === UNSATISFIABLE)
    return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${size}` }, body: undefined };
  // One part is what browsers ask for; of several, or of what is not understood, all of it is a right answer.
  const [part] = code === 0 && unit === 'bytes' && ranges.length === 1 ? ranges : [];
  if (!part)
    return { status: 200, headers: { ...headers, 'Content-Length': String(size) }, body: createReadStream(path) };
  const { start, end } = part;
  return {
    status: 206,
    headers: {
      ...headers,
      'Content-Range': `bytes ${start}-${end}/${size}`,
      'Content-Length': String(end - start + 1),
    },
    body: createReadStream(path, { start, end }),
  };
}
