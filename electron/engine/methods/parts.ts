// Parts of photos: whether they are made, and how far that is.
import type { ParsedInput } from '../../contract/methods.ts';
import type { PartsStatus } from '../../contract/parts.ts';
import type { EngineParts } from '../parts.ts';

export function partsMethods({ photoParts }: Pick<EngineParts, 'photoParts'>) {
  return {
    getParts: (): PartsStatus => photoParts.status(),

    setParts({ on }: ParsedInput<'setParts'>): PartsStatus {
      photoParts.switch(on);
      return photoParts.status();
    },
  };
}
