// Why a photo cannot be read, and what its decoder warned of, become sentences with places for what is filled in
// (contract/sentence.ts), so that the page can say them in another language. What is there becomes one without places.
// The same holds for why an embedder's provider could not be used; that is found out again.
import { sql } from './migration.ts';

export default sql(`
UPDATE photo SET reason = json_object('text', '{0}', 'values', json_array(reason)) WHERE reason IS NOT NULL;
UPDATE content SET warning = json_object('text', '{0}', 'values', json_array(warning)) WHERE warning IS NOT NULL;
UPDATE embedder_pack SET speed = NULL;
`);
