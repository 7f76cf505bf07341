// Albums: named queries.
import type { ParsedInput } from '../../contract/methods.ts';
import type { EngineParts } from '../parts.ts';

export function albumMethods({ albums }: Pick<EngineParts, 'albums'>) {
  return {
    listAlbums: () => albums.list(),
    addAlbum: (input: ParsedInput<'addAlbum'>) => albums.add(input),
    openAlbum: ({ albumId }: ParsedInput<'openAlbum'>) => albums.open(albumId),
    removeAlbum({ albumId }: ParsedInput<'removeAlbum'>): null {
      albums.remove(albumId);
      return null;
    },
  };
}
