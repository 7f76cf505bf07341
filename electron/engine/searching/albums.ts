// Albums: what they ask or were filled with, what is in them, and what of it is new.
import { LikenessError } from '../../contract/errors.ts';
import type { Album } from '../../contract/albums.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { Example, Query } from '../../contract/query.ts';
import type { Library } from '../../library/library.ts';
import type { AlbumRow } from '../../library/rows/album-rows.ts';
import { nameIsTaken } from '../organising/organiser.ts';
import { checkQuery } from './check-query.ts';
import type { Queries } from './queries.ts';
import { say } from '../../contract/sentence.ts';

type AlbumQuery = ParsedInput<'addAlbum'>['query'];

/** Photos of what is alike that are counted at most. */
const COUNTED = 1000;

export class Albums {
  readonly #library: Library;
  readonly #queries: Queries;

  constructor(library: Library, queries: Queries) {
    this.#library = library;
    this.#queries = queries;
  }

  async list(): Promise<Album[]> {
    const albums: Album[] = [];
    for (const row of this.#library.albums.all()) albums.push(await this.#describe(row));
    return albums;
  }

  /** @throws LikenessError 'bad-input' where it cannot be kept */
  add({ name, query }: ParsedInput<'addAlbum'>): { albumId: number } {
    const { albums, photos } = this.#library;
    if (albums.isTaken(name)) throw nameIsTaken(name);
    checkQuery(query);
    if (query.positives.length === 0 && !query.filter)
      throw new LikenessError('bad-input', say`All photos are no album. Ask for something, or narrow them first.`);
    const kept = JSON.stringify(mapPhotos<number, string>(query, (photoId) => this.#hashOf(photoId)));
    return { albumId: albums.add(name, kept, photos.newest(), Date.now()) };
  }

  open(albumId: number): { query: Query } {
    const row = this.#library.albums.get(albumId);
    if (!row) throw new LikenessError('not-found', say`That album is not there any more.`);
    const query = this.#queryOf(row);
    this.#library.albums.setSeen(albumId, this.#library.photos.newest());
    return { query };
  }

  async #describe(row: AlbumRow): Promise<Album> {
    const { id: albumId, name, seenPhoto } = row;
    const byHand = row.query === null;
    try {
      if (byHand) {
        const photos = this.#library.filters.count({ album: albumId });
        return { albumId, name, byHand, photos, fresh: 0, unavailable: null };
      }
      const photoIds = await this.#photosOf(this.#queryOf(row));
      const fresh = photoIds.filter((id) => id > seenPhoto).length;
      return { albumId, name, byHand, photos: photoIds.length, fresh, unavailable: null };
    } catch (error) {
      if (!(error instanceof LikenessError)) throw error;
      return { albumId, name, byHand, photos: 0, fresh: 0, unavailable: error.said };
    }
  }

  async #photosOf(query: AlbumQuery): Promise<number[]> {
    if (query.positives.length === 0) return this.#library.filters.photoIds(query.filter ?? {});
    const { results } = await this.#queries.search({ query, k: COUNTED, codesOnly: false });
    return results.filter(({ group }) => group !== 'less').map(({ photoId }) => photoId);
  }

  /** With photos that hold today what its examples held. @throws LikenessError 'not-found' where one is gone */
  #queryOf({ id, name, query }: AlbumRow): Query {
    if (query === null) return { positives: [], negatives: [], filter: { album: id }, sort: 'likeness' };
    const { contents, photos } = this.#library;
    return mapPhotos<string, number>(JSON.parse(query) as QueryOf<string>, (hash) => {
      const contentId = contents.withHash(hash);
      const [tile] = contentId === undefined ? [] : photos.tilesOf(contentId);
      if (!tile)
        throw new LikenessError('not-found', say`An example of the album “${name}” is not in the library any more.`);
      return tile.photoId;
    });
  }

  #hashOf(photoId: number): string {
    const tile = this.#library.photos.tile(photoId);
    if (!tile) throw new LikenessError('not-found', say`A photo of this query is not in the library any more.`);
    return this.#library.contents.hashOf(tile.contentId)!;
  }
}

/** A query whose photos are named otherwise than by their numbers. */
type QueryOf<Id> = Omit<Query, 'positives' | 'negatives' | 'marks'> & {
  positives: ExampleOf<Id>[];
  negatives: ExampleOf<Id>[];
  marks?: { right: Id[]; wrong: Id[] } | undefined;
};
type ExampleOf<Id> = Example extends infer One
  ? One extends { photoId: number }
    ? Omit<One, 'photoId'> & { photoId: Id }
    : One
  : never;

/** The same query with other names in the place of its photos'. */
function mapPhotos<From, To>(query: QueryOf<From>, map: (id: From) => To): QueryOf<To> {
  const examples = (all: readonly ExampleOf<From>[]): ExampleOf<To>[] =>
    all.map((example) => {
      if ('text' in example) return example;
      if (!('photoId' in example)) {
        throw new LikenessError(
          'bad-input',
          say`A picture from outside the library cannot be kept. Put it into a folder of the library, and ask by that.`,
        );
      }
      return { ...example, photoId: map(example.photoId) };
    });
  return {
    ...query,
    positives: examples(query.positives),
    negatives: examples(query.negatives),
    ...(query.marks && { marks: { right: query.marks.right.map(map), wrong: query.marks.wrong.map(map) } }),
  } as QueryOf<To>;
}
