// LibRaw compiled to WebAssembly, as its own module: the package's front starts a browser's worker, which a reader process need not.
declare module 'libraw-wasm/dist/libraw.js' {
  import type { LibRawSettings, Metadata, RawImageData, ThumbnailImageData } from 'libraw-wasm';

  type Known = 'width' | 'height' | 'raw_width' | 'raw_height' | 'flip' | 'camera_make' | 'camera_model' | 'lens';

  export interface LibRaw {
    /** Throws an object that is no Error where it does not know the file. */
    open(bytes: Uint8Array, settings: LibRawSettings): void;
    /** timestamp: seconds since 1970, by the camera's own clock. */
    metadata(full: boolean): Pick<Metadata, Known> & { timestamp: number };
    imageData(): RawImageData | undefined;
    thumbnailData(): ThumbnailImageData | undefined;
    delete(): void;
  }

  export default function load(options: {
    wasmBinary: Uint8Array;
    print?: () => void;
    printErr?: () => void;
  }): Promise<{ LibRaw: new () => LibRaw }>;
}
