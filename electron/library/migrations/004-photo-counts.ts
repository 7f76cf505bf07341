// Photos are counted as they come and go: counting a million rows takes longer than a search.
import { sql } from './migration.ts';

export default sql(`
ALTER TABLE folder ADD COLUMN photos INTEGER NOT NULL DEFAULT 0;
UPDATE folder SET photos = (SELECT count(*) FROM photo WHERE folder_id = folder.id);
CREATE TRIGGER photo_added AFTER INSERT ON photo BEGIN
  UPDATE folder SET photos = photos + 1 WHERE id = new.folder_id;
END;
CREATE TRIGGER photo_removed AFTER DELETE ON photo BEGIN
  UPDATE folder SET photos = photos - 1 WHERE id = old.folder_id;
END;
CREATE TRIGGER photo_moved AFTER UPDATE OF folder_id ON photo WHEN old.folder_id <> new.folder_id BEGIN
  UPDATE folder SET photos = photos - 1 WHERE id = old.folder_id;
  UPDATE folder SET photos = photos + 1 WHERE id = new.folder_id;
END;
`);
