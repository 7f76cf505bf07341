// What a method says of a photo that it does not find.
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

export function notThere(): LikenessError {
  return new LikenessError('not-found', say`That photo is not in the library any more, or has not been read yet.`);
}
