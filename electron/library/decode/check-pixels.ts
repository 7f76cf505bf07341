// How large pictures may be: one that says it is larger is not opened.
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

/** @throws LikenessError 'unreadable' where a picture says that it is larger, or nothing */
export function checkPixels(width: number, height: number, limit: number): void {
  if (!(width > 0 && height > 0)) throw new LikenessError('unreadable', say`It says that it is zero pixels large`);
  if (width * height > limit) {
    const megapixels = Math.round((width * height) / 1e6).toLocaleString('en');
    throw new LikenessError(
      'unreadable',
      say`It says that it is ${width} x ${height} pixels (${megapixels} megapixels); at most ${limit / 1e6} megapixels of this kind are read`,
    );
  }
}
