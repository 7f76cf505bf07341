// The atlas: the map, what the codes stand for, what is rare or was not looked at, and the years.
import type { AtlasPhoto, AtlasYear, CodebookUse, PhotoMap } from '../../contract/atlas.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import { Atlas } from '../atlas/atlas.ts';
import { describeCodebook } from '../atlas/codebook-use.ts';
import type { EngineParts } from '../parts.ts';

type Parts = Pick<EngineParts, 'library' | 'spaces' | 'mapKeeper' | 'looks'>;

export function atlasMethods({ library, spaces, mapKeeper, looks }: Parts) {
  const atlas = new Atlas(library, () => spaces.current);
  return {
    getMap(): PhotoMap {
      mapKeeper.wanted();
      return atlas.map();
    },

    redrawMap(): null {
      mapKeeper.drawAnew();
      return null;
    },

    getCodebook: (): Promise<CodebookUse> => describeCodebook(library, spaces.current),

    listRarest: ({ count }: ParsedInput<'listRarest'>): { photos: AtlasPhoto[] } => ({ photos: atlas.rarest(count) }),

    listForgotten({ count }: ParsedInput<'listForgotten'>): { photos: AtlasPhoto[] } {
      looks.write();
      return { photos: atlas.forgotten(count) };
    },

    listYears: (): { years: AtlasYear[] } => ({ years: atlas.years() }),

    noteLook({ photoId }: ParsedInput<'noteLook'>): null {
      looks.note(photoId);
      return null;
    },
  };
}
