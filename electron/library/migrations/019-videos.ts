// Videos: looked at by the page, which decodes them; found by frames, each with a small picture of its own.
import { sql } from './migration.ts';

export default sql(`
ALTER TABLE photo ADD COLUMN video INTEGER NOT NULL DEFAULT 0 CHECK (video IN (0, 1));
-- Of a video, in seconds: how long it is, and where the picture is from that stands for it.
ALTER TABLE content ADD COLUMN duration REAL;
ALTER TABLE content ADD COLUMN poster_time REAL;

CREATE TABLE frame_thumbnail (
  region_id INTEGER PRIMARY KEY REFERENCES region ON DELETE CASCADE,
  jpeg BLOB NOT NULL
) STRICT;

DROP INDEX photo_waiting;
CREATE INDEX photo_waiting ON photo (taken_at, id) WHERE state = 'waiting' AND video = 0;
CREATE INDEX photo_video_waiting ON photo (taken_at, id) WHERE state = 'waiting' AND video = 1;
`);
