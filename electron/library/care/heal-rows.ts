// Rows that do not hold what they should, though SQLite can read them: what can be made again is taken out, to be made again.
import type { Catalogue } from '../catalogue.ts';

const jsonOrNull = (table: string, column: string, more = ''): string =>
  `UPDATE ${table} SET ${column} = NULL WHERE ${column} IS NOT NULL AND NOT (json_valid(${column}) ${more})`;

const REPAIRS = [
  jsonOrNull('embedder_pack', 'speed', `AND json_type(speed, '$.trials') = 'array'`),
  jsonOrNull('embedder_pack', 'ranking'),
  jsonOrNull('embedder_pack', 'origin'),
  jsonOrNull('model', 'comparison'),
  // What suits the library is measured again.
  jsonOrNull('model', 'operating_point', `AND operating_point ->> '$.chosen.codes' IN ('8-bit', '4-bit')`),
  `UPDATE model SET state = 'retired' WHERE state <> 'retired' AND NOT json_valid(losses)`,
  // Codes that were cut short are not known to be any photo's: the model is learned again, and all are encoded by it.
  `UPDATE model SET state = 'retired' WHERE state <> 'retired' AND EXISTS (
     SELECT 1 FROM code_segment WHERE model_id = model.id AND (
       length(regions) % 4 <> 0 OR length(codes_8bit) <> length(regions) / 4 * bits / 8
       OR length(codes_4bit) <> length(regions) / 4 * bits / 8))`,
];

/** To be called when a catalogue is opened to be written, at the schema of this version. */
export function healRows(db: Catalogue): void {
  db.inTransaction(() => {
    for (const sql of REPAIRS) db.run(sql);
  });
}
