// More kinds of pictures can be read: those that could not be are tried again, once.
import { sql } from './migration.ts';

const ENDINGS =
  'jxl jp2 j2k jpf jpx psd psb xcf bmp dib ico cur tga pcx hdr exr dds sgi rgb rgba bw ras ppm pgm pbm pnm pam'.split(
    ' ',
  );

export default sql(`
UPDATE photo SET state = 'waiting', reason = NULL
  WHERE state = 'failed' AND (${ENDINGS.map((ending) => `lower(path) LIKE '%.${ending}'`).join(' OR ')});
`);
