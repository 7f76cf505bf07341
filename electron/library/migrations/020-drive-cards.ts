// Folders whose drive carries what Likeness knows of their photos.
import { sql } from './migration.ts';

export default sql(`
ALTER TABLE folder ADD COLUMN card INTEGER NOT NULL DEFAULT 0;
`);
