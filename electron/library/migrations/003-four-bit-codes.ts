// Models of another form again (twice the hidden dimensions, codes for a faster scan beside the others), so those
// there are retire; what was measured of a model's scans.
import { sql } from './migration.ts';

export default sql(`
UPDATE model SET state = 'retired';
ALTER TABLE model ADD COLUMN dial TEXT;
-- Codes of as many bits by 16 centroids a subquantizer, two in a byte: uint8 (n, M).
ALTER TABLE code_block ADD COLUMN fast_codes BLOB NOT NULL DEFAULT x'';
`);
