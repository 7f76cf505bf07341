// What takes changes back: triggers note, for every row that is written in some tables, the statement that undoes it
// (https://sqlite.org/undoredo.html). The notes are of this connection alone, and gone with it.
import type { Catalogue } from '../catalogue.ts';

const TABLES = ['annotation', 'tagging', 'hidden_folder', 'album', 'album_photo', 'duplicate_verdict', 'to_go'];

export class UndoRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
    db.script('CREATE TEMP TABLE undo_note (id INTEGER PRIMARY KEY AUTOINCREMENT, statement TEXT NOT NULL)');
    db.script('CREATE TEMP TABLE undo_recording (on_now INTEGER NOT NULL); INSERT INTO undo_recording VALUES (0)');
    for (const table of TABLES) db.script(this.#triggersOf(table));
  }

  /**
   * Notes how what is written meanwhile is undone. Must be called inside a transaction.
   * @returns the first note, and the one after the last
   */
  record(work: () => void): { start: number; end: number } {
    const start = this.#next();
    this.#db.run('UPDATE undo_recording SET on_now = 1');
    try {
      work();
    } finally {
      this.#db.run('UPDATE undo_recording SET on_now = 0');
    }
    return { start, end: this.#next() };
  }

  /** Undoes what some notes are of. Undone while this is recorded, it can be undone itself. */
  undo({ start, end }: { start: number; end: number }): void {
    const statements = this.#db.values<string>(
      'SELECT statement FROM undo_note WHERE id >= ? AND id < ? ORDER BY id DESC',
      start,
      end,
    );
    this.forget({ start, end });
    for (const statement of statements) this.#db.script(statement);
  }

  forget({ start, end }: { start: number; end: number }): void {
    this.#db.run('DELETE FROM undo_note WHERE id >= ? AND id < ?', start, end);
  }

  #next(): number {
    return (this.#db.value<number>(`SELECT seq FROM temp.sqlite_sequence WHERE name = 'undo_note'`) ?? 0) + 1;
  }

  #triggersOf(table: string): string {
    const columns = this.#db.all<{ name: string; pk: number }>(`SELECT name, pk FROM pragma_table_info('${table}')`);
    const names = columns.map(({ name }) => name);
    const quoted = (row: 'OLD' | 'NEW', separator: string, of: readonly string[], named: boolean): string =>
      of.map((name) => `'${named ? `${name} = ` : ''}' || quote(${row}.${name})`).join(` || '${separator}' || `);
    const key = columns.filter(({ pk }) => pk > 0).map(({ name }) => name);
    const one = (row: 'OLD' | 'NEW'): string => `' WHERE ' || ${quoted(row, ' AND ', key, true)}`;
    const note = (when: string, statement: string): string =>
      `CREATE TEMP TRIGGER undo_${when}_${table} AFTER ${when} ON main.${table}
       WHEN (SELECT on_now FROM undo_recording) BEGIN INSERT INTO undo_note (statement) VALUES (${statement}); END;`;
    return [
      note('insert', `'DELETE FROM ${table}' || ${one('NEW')}`),
      note('update', `'UPDATE ${table} SET ' || ${quoted('OLD', ', ', names, true)} || ${one('NEW')}`),
      note(
        'delete',
        `'INSERT INTO ${table} (${names.join(', ')}) VALUES (' || ${quoted('OLD', ', ', names, false)} || ')'`,
      ),
    ].join('\n');
  }
}
