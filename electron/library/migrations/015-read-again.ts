// RAW files can be read now: those that could not be are tried again, once.
import { sql } from './migration.ts';

const ENDINGS =
  'cr2 cr3 crw nef nrw arw srf sr2 dng orf rw2 raf pef srw x3f erf kdc dcr mrw 3fr fff iiq mef mos rwl'.split(' ');

export default sql(`
UPDATE photo SET state = 'waiting', reason = NULL
  WHERE state = 'failed' AND lower(substr(path, -4)) IN (${ENDINGS.map((ending) => `'.${ending}'`).join(', ')});
`);
