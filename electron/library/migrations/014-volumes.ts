// The drive that a folder lies on, known by an id of its own, so that it is itself wherever it is connected.
import { sql } from './migration.ts';

export default sql(`
-- volume: the file system's UUID or serial number; null where the system gives none. volume_path: of the folder, below the
-- drive's mount point.
ALTER TABLE folder ADD COLUMN volume TEXT;
ALTER TABLE folder ADD COLUMN volume_name TEXT;
ALTER TABLE folder ADD COLUMN volume_path TEXT;
`);
