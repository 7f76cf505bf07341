// What no photo tells: what the person said, chose and made. It is carried from one catalogue to another, from a damaged one as
// far as it can be read.
import type Database from 'better-sqlite3';

interface CarriedTable {
  readonly name: string;
  /** Columns that tell how the other catalogue stands. */
  readonly without?: readonly string[];
  /** Which rows; all where it is not given. */
  readonly where?: string;
  /** The version of the schema that brought it: in one before, nothing is missing without it. */
  readonly since?: number;
  /** What becomes of a row that is there already; replaced where it is not given. */
  readonly conflict?: string;
  /** Which rows of a catalogue before schema 13, which named photos by numbers of its own; as others where it is not given. */
  readonly byNumbers?: string;
  /** Run where the table could be read whole, before its rows are written. */
  readonly whole?: string;
}

const emptied = (name: string, byNumbers?: string): CarriedTable => ({
  name,
  whole: `DELETE FROM ${name}`,
  ...(byNumbers && { byNumbers }),
});

/** Those that others refer to first. All are kept by paths, names or hashes, which mean the same in any catalogue. */
const TABLES: readonly CarriedTable[] = [
  {
    name: 'folder',
    without: ['id', 'photos'],
    conflict:
      'ON CONFLICT (path) DO UPDATE SET sidecars = excluded.sidecars, card = excluded.card, removed_at = excluded.removed_at',
    // Those that are still there are written again; the others are removed as by the person.
    whole: 'UPDATE folder SET removed_at = unixepoch() * 1000 WHERE removed_at IS NULL',
  },
  { name: 'setting', where: `key = 'embedder-choice'` },
  emptied('embedder_pack'),
  emptied('annotation'),
  emptied('tagging'),
  emptied('relevance_mark', 'false'),
  emptied('hidden_folder'),
  { ...emptied('duplicate_verdict'), since: 22 },
  { ...emptied('looked'), since: 23 },
  // By hand: photos of those are kept by hashes.
  emptied('album', 'query IS NULL'),
  emptied('album_photo'),
];

/**
 * A table that can be read whole takes the place of the other's; of one that cannot, the rows that can be read are added.
 * @param from may be damaged, or of an earlier version
 * @returns names of tables that could not be read whole
 */
export function carryOver(from: Database.Database, to: Database.Database): string[] {
  const broken: string[] = [];
  const version = asFarAsReadable(Infinity, () => Number(from.pragma('user_version', { simple: true })));
  const byNumbers = !columnsOf(from, 'relevance_mark').includes('query_hash');
  // Albums are replaced one by one, and their photos with them.
  to.pragma('foreign_keys = OFF');
  to.transaction(() => {
    for (const table of TABLES) {
      if (table.since !== undefined && version < table.since) continue;
      const columns = carriedColumns(from, to, table);
      const where = (byNumbers ? table.byNumbers : undefined) ?? table.where;
      const { rows, whole } = columns.length > 0 ? readRows(from, table.name, where, columns) : NOTHING;
      if (!whole || where !== table.where) broken.push(table.name);
      else if (table.whole) to.exec(table.whole);
      writeRows(to, table, columns, rows);
    }
    to.exec('DELETE FROM album_photo WHERE album_id NOT IN (SELECT id FROM album)');
  }).immediate();
  to.pragma('foreign_keys = ON');
  return broken;
}

/** Columns that both know. */
function carriedColumns(from: Database.Database, to: Database.Database, { name, without }: CarriedTable): string[] {
  const there = columnsOf(from, name);
  return columnsOf(to, name).filter((column) => there.includes(column) && !without?.includes(column));
}

function columnsOf(db: Database.Database, table: string): string[] {
  return asFarAsReadable([], () =>
    db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table),
  );
}

interface ReadRows {
  readonly rows: unknown[][];
  readonly whole: boolean;
}

const NOTHING: ReadRows = { rows: [], whole: false };

function readRows(
  db: Database.Database,
  name: string,
  where: string | undefined,
  columns: readonly string[],
): ReadRows {
  const select = `SELECT ${columns.map(quoted).join(', ')} FROM ${name} NOT INDEXED ${where ? `WHERE ${where}` : ''}`;
  const read = (order: string): ReadRows => {
    const rows: unknown[][] = [];
    const whole = asFarAsReadable(false, () => {
      for (const row of db.prepare(`${select} ${order}`).raw().iterate()) rows.push(row as unknown[]);
      return true;
    });
    return { rows, whole };
  };
  const forwards = read('');
  if (forwards.whole) return forwards;
  // From the other end, up to where the damage is; rows read twice are written once.
  const sql = asFarAsReadable('', () =>
    db.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(name),
  );
  const key = sql?.includes('WITHOUT ROWID') ? quoted(columns[0]!) : 'rowid';
  return { rows: [...forwards.rows, ...read(`ORDER BY ${key} DESC`).rows], whole: false };
}

function writeRows(
  db: Database.Database,
  { name, conflict }: CarriedTable,
  columns: readonly string[],
  rows: readonly unknown[][],
): void {
  if (rows.length === 0) return;
  const write = db.prepare(
    `INSERT ${conflict ? '' : 'OR REPLACE'} INTO ${name} (${columns.map(quoted).join(', ')})
     VALUES (${columns.map(() => '?').join(', ')}) ${conflict ?? ''}`,
  );
  for (const row of rows) {
    try {
      write.run(...row);
    } catch (error) {
      // A damaged page may hold what no row of this table may hold.
      if (!/^SQLITE_(CONSTRAINT|MISMATCH)/.test(codeOf(error))) throw error;
    }
  }
}

/** What can be read of a damaged file; what cannot is what the caller gives instead. */
function asFarAsReadable<T>(instead: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!codeOf(error).startsWith('SQLITE_')) throw error;
    return instead;
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);
const quoted = (name: string): string => `"${name}"`;
