// What turns pixels into a feature vector. Everything that can do so stands behind this one interface.

import type { PixelRequest } from '../contract/pixels.ts';

export interface Embedder {
  readonly name: string;
  /** The same for the same weights and preparation: features of different fingerprints are never compared. */
  readonly fingerprint: string;
  /** Length of a feature vector. */
  readonly dimensions: number;
  /** The pixels it looks at: uint8, (height, width, 3), RGB, upright, sRGB. */
  readonly input: PixelRequest;
  /** Pictures that are best embedded in one call. */
  readonly batch: number;
  /**
   * @param pictures each of the size that `input` asks for
   * @returns one float32 vector (dimensions) a picture, not normalized; its numbers may fail to be finite
   */
  embed(pictures: readonly Uint8Array[]): Promise<Float32Array<ArrayBuffer>[]>;
  close(): Promise<void>;
}
