// What a person says of photos, written so that it can be undone, and told to every page.
import { LikenessError } from '../../contract/errors.ts';
import type { AnyEvent } from '../../contract/events.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { AnnotationSummary, Change, ChangeKind, Labels } from '../../contract/organise.ts';
import type { Library } from '../../library/library.ts';
import { Changes, type Turn } from './changes.ts';
import type { Hiding } from './hiding.ts';
import { say } from '../../contract/sentence.ts';

/** Photos whose favourites and stars are told one by one; of more, pages ask anew. */
const MOST_TOLD = 2000;

/** Changes after which photos may have come or gone in the order, and those after which albums are others. */
const HIDING = new Set<ChangeKind>(['hidden', 'shown', 'folder']);
const OF_ALBUMS = new Set<ChangeKind>(['album', 'into-album', 'out-of-album']);

export interface OrganiserParts {
  readonly library: Library;
  readonly hiding: Hiding;
  readonly sidecars: { changed(photoIds: readonly number[]): void };
  readonly emit: (event: AnyEvent) => void;
  /** Tells that photos may have come or gone in the order. */
  readonly publish: () => void;
}

export class Organiser {
  readonly changes = new Changes();
  readonly #parts: OrganiserParts;

  constructor(parts: OrganiserParts) {
    this.#parts = parts;
  }

  setFavourite({ photoIds, favourite }: ParsedInput<'setFavourite'>): Change {
    return this.#change(favourite ? 'favourite' : 'not-favourite', photoIds, ({ annotations }) =>
      annotations.set(photoIds, 'favourite', favourite ? 1 : 0),
    );
  }

  setStars({ photoIds, stars }: ParsedInput<'setStars'>): Change {
    return this.#change('stars', photoIds, ({ annotations }) => annotations.set(photoIds, 'stars', stars));
  }

  setHidden({ photoIds, hidden }: ParsedInput<'setHidden'>): Change {
    return this.#change(hidden ? 'hidden' : 'shown', photoIds, ({ annotations }) =>
      annotations.set(photoIds, 'hidden', hidden ? 1 : 0),
    );
  }

  setTags({ photoIds, add, remove }: ParsedInput<'setTags'>): Change {
    return this.#change('tags', photoIds, ({ annotations }) => {
      for (const name of remove) annotations.untag(photoIds, name);
      for (const name of add) annotations.tag(photoIds, name);
    });
  }

  /** @throws LikenessError 'bad-input' where the name is taken, 'not-found' where the album is gone or is a query */
  putIntoAlbum({ photoIds, album }: ParsedInput<'putIntoAlbum'>): Change & { albumId: number } {
    const { albums, photos } = this.#parts.library;
    if ('albumId' in album) this.#filledByHand(album.albumId);
    else if (albums.isTaken(album.name)) throw nameIsTaken(album.name);
    let albumId = 0;
    const change = this.#change('into-album', photoIds, () => {
      const now = Date.now();
      albumId = 'albumId' in album ? album.albumId : albums.add(album.name, null, photos.newest(), now);
      albums.put(albumId, photoIds, now);
    });
    return { ...change, albumId };
  }

  takeOutOfAlbum({ photoIds, albumId }: ParsedInput<'takeOutOfAlbum'>): Change {
    this.#filledByHand(albumId);
    return this.#change('out-of-album', photoIds, ({ albums }) => albums.takeOut(albumId, photoIds));
  }

  removeAlbum(albumId: number): Change {
    return this.#change('album', [], ({ albums }) => albums.remove(albumId));
  }

  /** @throws LikenessError 'bad-input' where the name is taken */
  renameAlbum(albumId: number, name: string): Change {
    const { albums } = this.#parts.library;
    const row = albums.get(albumId);
    if (!row) throw new LikenessError('not-found', say`That album is not there any more.`);
    if (row.name !== name && albums.isTaken(name)) throw nameIsTaken(name);
    return this.#change('album', [], () => albums.rename(albumId, name));
  }

  setFolderHidden({ path, hidden }: ParsedInput<'setFolderHidden'>): Change {
    return this.#change('folder', [], ({ hiding }) => (hidden ? hiding.hideFolder(path) : hiding.unhideFolder(path)));
  }

  /** @throws LikenessError 'not-found' where none of the photos that stay is there any more */
  decideDuplicates({ keep, go, verdict }: ParsedInput<'decideDuplicates'>): Change {
    const { photos } = this.#parts.library;
    const staying = keep.flatMap((id) => photos.contentOf(id) ?? []);
    if (staying.length === 0) throw new LikenessError('not-found', say`None of the photos to keep is there any more.`);
    return this.#change('duplicates', go.length > 0 ? go : keep, ({ duplicates }) => {
      duplicates.letGo(go);
      if (verdict) duplicates.say(staying, verdict);
    });
  }

  keepAfterAll(photoIds: readonly number[]): Change {
    return this.#change('kept-after-all', photoIds, ({ duplicates }) => duplicates.keep(photoIds));
  }

  showHidden(shown: boolean): void {
    this.#parts.library.hiding.show(shown);
    this.#tell('shown', []);
  }

  labels(): Labels {
    const { filters, annotations, hiding } = this.#parts.library;
    return {
      favourites: filters.count({ favourite: true }),
      tags: annotations.tags(),
      hidden: { photos: hiding.count(), folders: hiding.folders(), shown: hiding.isShown },
    };
  }

  describe(photoIds: readonly number[]): AnnotationSummary {
    const { annotations } = this.#parts.library;
    const { leastStars, mostStars, ...counts } = annotations.among(photoIds);
    return {
      ...counts,
      stars: leastStars === mostStars ? leastStars : null,
      tags: annotations.tagsAmong(photoIds),
    };
  }

  #filledByHand(albumId: number): void {
    const row = this.#parts.library.albums.get(albumId);
    if (!row) throw new LikenessError('not-found', say`That album is not there any more.`);
    if (row.query !== null)
      throw new LikenessError(
        'bad-input',
        say`“${row.name}” holds what its query finds, and fills itself. Choose another album.`,
      );
  }

  #change(kind: ChangeKind, photoIds: readonly number[], work: (library: Library) => void): Change {
    const { library } = this.#parts;
    // Outside of the transaction, which may be rolled back: what takes the notes is made the first time.
    const { undo } = library;
    const write = (statements: () => void): Turn => {
      const notes = library.inTransaction(() => undo.record(statements));
      this.#tell(kind, photoIds);
      return {
        turn: () => write(() => undo.undo(notes)),
        forget: () => undo.forget(notes),
      };
    };
    return this.changes.add(
      kind,
      photoIds.length,
      write(() => work(library)),
    );
  }

  #tell(kind: ChangeKind, photoIds: readonly number[]): void {
    const { library, hiding, sidecars, emit, publish } = this.#parts;
    sidecars.changed(photoIds);
    const isMoved = HIDING.has(kind) && hiding.update();
    const photos =
      photoIds.length > MOST_TOLD
        ? null
        : library.annotations
            .ofPhotos(photoIds)
            .map(({ contentId, favourite, stars }) => ({ contentId, favourite: favourite === 1, stars }));
    emit({ name: 'annotationsChanged', detail: { photos, hiding: isMoved, albums: OF_ALBUMS.has(kind) } });
    if (isMoved) publish();
  }
}

export function nameIsTaken(name: string): LikenessError {
  return new LikenessError('bad-input', say`There is an album named “${name}”. Choose another name.`);
}
