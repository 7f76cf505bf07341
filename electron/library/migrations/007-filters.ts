// What photos are narrowed by: the lens, which is read again for what was read before, and indexes for the rest.
import { sql } from './migration.ts';

export default sql(`
ALTER TABLE content ADD COLUMN lens TEXT;
-- Which of a file's facts were asked for when they were read: 0 knew no lens.
ALTER TABLE content ADD COLUMN facts INTEGER NOT NULL DEFAULT 0;
CREATE INDEX content_camera ON content (camera) WHERE camera IS NOT NULL;
CREATE INDEX content_lens ON content (lens) WHERE lens IS NOT NULL;
CREATE INDEX content_format ON content (format);
CREATE INDEX content_old_facts ON content (id) WHERE facts < 1;
CREATE INDEX photo_taken ON photo (taken_at);
CREATE INDEX photo_month_day ON photo (strftime('%m-%d', taken_at / 1000, 'unixepoch'));
`);
