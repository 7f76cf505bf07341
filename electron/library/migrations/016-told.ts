// What a photo's file, or one beside it, tells: JSON of a Told; null of one that has not been asked yet.
import { sql } from './migration.ts';

export default sql('ALTER TABLE content ADD COLUMN told TEXT;');
