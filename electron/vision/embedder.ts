// What turns pixels into a feature vector. Everything that can do so stands behind this one interface.

/** The pixels an embedder looks at: uint8, (height, width, 3), RGB, upright, sRGB. */
export interface PixelInput {
  readonly width: number;
  readonly height: number;
  /** 'cover' scales the short side to resizeShortSide and crops the centre; 'fill' squeezes all of it in. */
  readonly fit: 'cover' | 'fill';
  readonly resizeShortSide: number;
}

export interface Embedder {
  readonly name: string;
  /** The same for the same weights and preparation: features of different fingerprints are never compared. */
  readonly fingerprint: string;
  /** Length of a feature vector. */
  readonly dimensions: number;
  readonly input: PixelInput;
  /** Pictures that are best embedded in one call. */
  readonly batch: number;
  /**
   * @param pictures each of the size that `input` asks for
   * @returns one float32 vector (dimensions) a picture, not normalized; its numbers may fail to be finite
   */
  embed(pictures: readonly Uint8Array[]): Promise<Float32Array<ArrayBuffer>[]>;
  close(): Promise<void>;
}
