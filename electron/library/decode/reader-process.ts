// The process that opens picture files: a hostile one can crash or hang this process and nothing else.
import { setPriority } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import workerpool from 'workerpool';
import type { PixelRequest } from '../../contract/pixels.ts';
import { toOutcome } from '../../contract/outcome.ts';
import {
  comparePictures,
  comparePlaces,
  compareSmall,
  measureSharpness,
  type AgreementQuestion,
  type Comparison,
} from './compare-pictures.ts';
import { decodePhoto, decodePixels, renderPreview } from './decode.ts';
import { decodeParts } from './decode-parts.ts';
import { editedCopies } from './edits.ts';
import { factsOfFile } from './facts-of-file.ts';
import { seePictures } from './small-picture.ts';
import { decodeViews } from './views.ts';
import type { Box } from '../rows/region-rows.ts';
import type { FileStamp } from '../files/read-file.ts';
import { hashPhoto, readPhoto } from './photo-file.ts';

try {
  setPriority(10);
} catch {
  // Where the system does not let a program lower its own priority, it runs at the ordinary one.
}

new Worker(new URL(`./memory-watch${extname(import.meta.url)}`, import.meta.url)).unref();

/** What a task came to, and the bytes that the process holds after it. */
export interface Measured<T> {
  outcome: T;
  memory: number;
}

const tasks = {
  hash: (path: string, stamp: FileStamp) => toOutcome(() => hashPhoto(path, stamp)),
  decode: (path: string, stamp: FileStamp, request: PixelRequest) =>
    toOutcome(async () => {
      const { bytes, beside, edits } = await readPhoto(path, stamp);
      return decodePhoto(bytes, request, Date.now(), beside, edits);
    }),
  decodeBytes: (bytes: Uint8Array, request: PixelRequest) => toOutcome(() => decodePhoto(bytes, request, Date.now())),
  pixels: (bytes: Uint8Array, request: PixelRequest) => toOutcome(() => decodePixels(bytes, request)),
  pixelsOfFile: (path: string, stamp: FileStamp, request: PixelRequest) =>
    toOutcome(async () => {
      const { bytes, edits } = await readPhoto(path, stamp);
      return decodePixels(bytes, request, edits);
    }),
  facts: (path: string, stamp: FileStamp) => toOutcome(() => factsOfFile(path, stamp, Date.now())),
  parts: (bytes: Uint8Array, boxes: readonly Box[], request: PixelRequest) =>
    toOutcome(() => decodeParts(bytes, boxes, request)),
  partsOfFile: (path: string, stamp: FileStamp, boxes: readonly Box[], request: PixelRequest) =>
    toOutcome(async () => {
      const { bytes, edits } = await readPhoto(path, stamp);
      return decodeParts(bytes, boxes, request, edits);
    }),
  views: (bytes: Uint8Array, request: PixelRequest, seed: number) => toOutcome(() => decodeViews(bytes, request, seed)),
  compare: (picture: Uint8Array, others: readonly Uint8Array[]) => toOutcome(() => comparePictures(picture, others)),
  see: (pictures: readonly Uint8Array[]) => toOutcome(() => seePictures(pictures)),
  sharpness: (pictures: readonly Uint8Array[]) => toOutcome(() => measureSharpness(pictures)),
  compareSmall: (asked: readonly Comparison[]) => toOutcome(() => compareSmall(asked)),
  comparePlaces: (asked: readonly AgreementQuestion[]) => toOutcome(() => comparePlaces(asked)),
  decodeEdited: (path: string, stamp: FileStamp, request: PixelRequest) =>
    toOutcome(async () => {
      const { bytes, edits } = await readPhoto(path, stamp);
      const copies = await editedCopies(bytes, edits);
      return Promise.all(copies.map((copy) => decodePixels(copy, request)));
    }),
  preview: (path: string, stamp: FileStamp, side: number) =>
    toOutcome(async () => {
      const { bytes, edits } = await readPhoto(path, stamp);
      return renderPreview(bytes, side, edits);
    }),
};

type Task = (...parameters: never[]) => Promise<unknown>;

const measured =
  (task: Task): Task =>
  async (...parameters): Promise<Measured<unknown>> => ({
    outcome: await task(...parameters),
    memory: process.memoryUsage.rss(),
  });

workerpool.worker(Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, measured(task as Task)])));
