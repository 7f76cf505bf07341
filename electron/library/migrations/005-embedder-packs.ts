// Embedders are packs that a person adds, chooses and removes. speed: JSON of Trials; ranking: JSON of an
// EmbedderRanking. The descriptor that was built in until now goes; what was chosen by hand stays chosen.
import { sql } from './migration.ts';

export default sql(`
CREATE TABLE embedder_pack (
  fingerprint TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  licence TEXT,
  built_in INTEGER NOT NULL,
  speed TEXT,
  ranking TEXT,
  added_at INTEGER NOT NULL
) STRICT;
INSERT INTO embedder_pack SELECT fingerprint, name, dimensions, NULL, 0, NULL, NULL, added_at FROM embedder
  WHERE fingerprint <> 'gist-colour-layout-1';
INSERT INTO setting SELECT 'embedder-choice', value FROM setting WHERE key = 'embedder' AND value <> 'gist-colour-layout-1';
`);
