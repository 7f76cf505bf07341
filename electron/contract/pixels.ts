// What an embedder wants to look at, and what a decoder gives it.

export interface PixelRequest {
  readonly width: number;
  readonly height: number;
  /** 'cover' scales the short side and crops the centre; 'fill' squeezes the whole picture in. */
  readonly fit: 'cover' | 'fill';
  /** For 'cover': pixels the short side is scaled to before the crop. */
  readonly resizeShortSide: number;
  /** How pixels between pixels are found; lanczos3 where nothing is said. */
  readonly kernel?: 'nearest' | 'linear' | 'cubic' | 'lanczos3' | undefined;
}
