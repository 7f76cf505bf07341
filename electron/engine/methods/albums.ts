// Albums: named queries, and those filled by hand.
import type { ParsedInput } from '../../contract/methods.ts';
import type { EngineParts } from '../parts.ts';

export function albumMethods({ albums, organiser }: Pick<EngineParts, 'albums' | 'organiser'>) {
  return {
    listAlbums: () => albums.list(),
    addAlbum: (input: ParsedInput<'addAlbum'>) => albums.add(input),
    openAlbum: ({ albumId }: ParsedInput<'openAlbum'>) => albums.open(albumId),
    removeAlbum: ({ albumId }: ParsedInput<'removeAlbum'>) => organiser.removeAlbum(albumId),
    renameAlbum: ({ albumId, name }: ParsedInput<'renameAlbum'>) => organiser.renameAlbum(albumId, name),
  };
}
