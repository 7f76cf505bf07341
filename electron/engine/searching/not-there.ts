// What a method says of a photo that it does not find.
import { LikenessError } from '../../contract/errors.ts';

export function notThere(): LikenessError {
  return new LikenessError('not-found', 'That photo is not in the library any more, or has not been read yet.');
}
