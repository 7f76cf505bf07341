// What a catalogue's schema consists of, and which version it is by that.
import Database from 'better-sqlite3';
import { migrations } from '../migrations/all.ts';

/** Names of tables with their columns, of indexes and of triggers, as "kind name" or "column table.name". */
export type SchemaParts = ReadonlySet<string>;

export function partsOf(db: Database.Database): SchemaParts {
  const objects = db
    .prepare<[], { type: string; name: string }>(
      `SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
    )
    .all();
  const parts = new Set<string>();
  for (const { type, name } of objects) {
    parts.add(`${type} ${name}`);
    if (type !== 'table') continue;
    for (const column of db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name))
      parts.add(`column ${name}.${String(column)}`);
  }
  return parts;
}

/** The parts of every version's schema, the first version first. */
export function partsOfVersions(): SchemaParts[] {
  const db = new Database(':memory:');
  try {
    return migrations.map((migrate) => {
      migrate(db);
      return partsOf(db);
    });
  } finally {
    db.close();
  }
}

/**
 * The version that a schema is of: the one that was noted, where the schema has all of its parts, else the latest of which
 * it has all.
 * @returns undefined where it is of none: parts are missing
 */
export function versionBySchema(parts: SchemaParts, noted: number): number | undefined {
  const versions = partsOfVersions();
  const hasAll = (version: number): boolean => {
    const wanted = versions[version - 1];
    return wanted !== undefined && [...wanted].every((part) => parts.has(part));
  };
  if (hasAll(noted)) return noted;
  for (let version = versions.length; version > 0; version--) if (hasAll(version)) return version;
  return undefined;
}
