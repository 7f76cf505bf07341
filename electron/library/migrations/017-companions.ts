// Files that belong to another photo and are not read themselves: a RAW file beside the camera's JPEG, a photo beside its edited copy.
import type { Migration } from './migration.ts';

/** One more state of a photo is a word in the schema alone: changed there, as in step 6, no row is touched. */
const wording = `
UPDATE sqlite_schema SET sql = replace(sql, '''indexed'', ''failed''', '''indexed'', ''failed'', ''companion''')
  WHERE type = 'table' AND name = 'photo';
`;

const RAW = 'cr2 cr3 crw nef nrw arw srf sr2 dng orf rw2 raf pef srw x3f erf kdc dcr mrw 3fr fff iiq mef mos rwl'.split(
  ' ',
);
const EDITED = ['edited', 'bearbeitet', 'modifié', 'modificato', 'editado', 'bewerkt', 'edytowane', '編集済み'];

const statements = `
-- Of a companion: the photo that shows it, and what that held.
ALTER TABLE photo ADD COLUMN lead_id INTEGER;
ALTER TABLE photo ADD COLUMN lead_hash BLOB;
CREATE INDEX photo_lead ON photo (lead_id) WHERE lead_id IS NOT NULL;

-- Without a photo that shows it, a companion waits to be read, or to find another.
CREATE TRIGGER photo_lead_removed AFTER DELETE ON photo BEGIN
  UPDATE photo SET state = 'waiting' WHERE lead_id = old.id;
END;
CREATE TRIGGER photo_lead_lost AFTER UPDATE OF state ON photo WHEN new.state IN ('failed', 'companion') BEGIN
  UPDATE photo SET state = 'waiting' WHERE lead_id = new.id;
END;
CREATE TRIGGER photo_no_companion AFTER UPDATE OF state ON photo
WHEN old.state = 'companion' AND new.state <> 'companion' BEGIN
  UPDATE photo SET lead_id = NULL WHERE id = new.id;
END;

-- Companions are not counted.
CREATE TRIGGER photo_companion AFTER UPDATE OF state ON photo
WHEN (old.state = 'companion') <> (new.state = 'companion') BEGIN
  UPDATE folder SET photos = photos + iif(new.state = 'companion', -1, 1) WHERE id = new.folder_id;
END;
DROP TRIGGER photo_removed;
CREATE TRIGGER photo_removed AFTER DELETE ON photo WHEN old.state <> 'companion' BEGIN
  UPDATE folder SET photos = photos - 1 WHERE id = old.folder_id;
END;
DROP TRIGGER photo_moved;
CREATE TRIGGER photo_moved AFTER UPDATE OF folder_id ON photo
WHEN old.folder_id <> new.folder_id AND new.state <> 'companion' BEGIN
  UPDATE folder SET photos = photos - 1 WHERE id = old.folder_id;
  UPDATE folder SET photos = photos + 1 WHERE id = new.folder_id;
END;

-- Looked at once more: those that may turn out to be companions, or to have one.
UPDATE photo SET state = 'waiting' WHERE state = 'indexed' AND (
  lower(substr(path, -4)) IN (${RAW.map((ending) => `'.${ending}'`).join(', ')})
  OR path GLOB '*IMG_E[0-9][0-9][0-9][0-9]*' OR path GLOB '*PXL_*.PORTRAIT-*'
  OR ${EDITED.map((word) => `path LIKE '%-${word}.%'`).join(' OR ')});
`;

const companions: Migration = (db) => {
  db.unsafeMode(true);
  try {
    db.pragma('writable_schema = ON');
    db.exec(wording);
    db.pragma(`schema_version = ${(db.pragma('schema_version', { simple: true }) as number) + 1}`);
    db.pragma('writable_schema = RESET');
  } finally {
    db.unsafeMode(false);
  }
  const schema = db.prepare(`SELECT sql FROM sqlite_schema WHERE name = 'photo'`).pluck().get() as string;
  if (!schema.includes(`'companion'`))
    throw new Error('The schema of the table photo is not the one that was expected');
  db.exec(statements);
};

export default companions;
