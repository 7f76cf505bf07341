// EPS and Illustrator files: drawings whose programs put a small picture of them into the file. Nothing here runs PostScript.
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

/** Where an EPS file with a binary header begins, and where in it the place and length of a TIFF are (Adobe's EPSF specification 3.0, section 5.2). */
const BINARY = 0xc5d0d3c6;
const TIFF_AT = 20;
/** Around one of XMP's small pictures (Adobe's XMP specification part 2, section 1.2.2.4), which is base64 with line ends as entities. */
const [OPEN, CLOSE] = ['<xmpGImg:image>', '</xmpGImg:image>'];

/** @param head the first bytes */
export function isDrawing(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 4));
  return start.toString('latin1') === '%!PS' || start.toString('latin1') === '%PDF' || isBinary(start);
}

/** Its picture, as a file of its own. @throws LikenessError 'unreadable' where there is none */
export function drawingPreview(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isBinary(file) && file.length >= TIFF_AT + 8) {
    const at = file.readUInt32LE(TIFF_AT);
    const tiff = file.subarray(at, at + file.readUInt32LE(TIFF_AT + 4));
    if (tiff.length > 0) return tiff;
  }
  const open = file.indexOf(OPEN);
  const close = file.indexOf(CLOSE, open);
  if (open >= 0 && close > open) {
    const base64 = file.toString('latin1', open + OPEN.length, close).replace(/&[^;]*;|\s/g, '');
    if (base64 !== '') return Buffer.from(base64, 'base64');
  }
  throw new LikenessError('unreadable', say`The drawing holds no preview that can be shown`);
}

const isBinary = (file: Buffer): boolean => file.length >= 4 && file.readUInt32BE(0) === BINARY;
