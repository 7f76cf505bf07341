// A library opened: its catalogue and the tables in it.
import { statSync } from 'node:fs';
import { healRows } from './care/heal-rows.ts';
import { cataloguePath, type Catalogue } from './catalogue.ts';
import { openCatalogue, openCatalogueReadOnly } from './open-catalogue.ts';
import { AlbumRows } from './rows/album-rows.ts';
import { AnnotationRows } from './rows/annotation-rows.ts';
import { BesideRows } from './rows/beside-rows.ts';
import { CompanionRows } from './rows/companion-rows.ts';
import { ContentRows } from './rows/content-rows.ts';
import { DuplicateRows } from './rows/duplicate-rows.ts';
import { FilterRows } from './rows/filter-rows.ts';
import { FeatureRows } from './rows/feature-rows.ts';
import { FolderRows } from './rows/folder-rows.ts';
import { CodeRows } from './rows/code-rows.ts';
import { HidingRows } from './rows/hiding-rows.ts';
import { MapRows } from './rows/map-rows.ts';
import { ModelRows } from './rows/model-rows.ts';
import { PackRows } from './rows/pack-rows.ts';
import { PartRows } from './rows/part-rows.ts';
import { PhotoRows } from './rows/photo-rows.ts';
import { RegionRows } from './rows/region-rows.ts';
import { RelevanceMarkRows } from './rows/relevance-mark-rows.ts';
import { SettingRows } from './rows/setting-rows.ts';
import { SmallPictureRows } from './rows/small-picture-rows.ts';
import { StorageRows } from './rows/storage-rows.ts';
import { UndoRows } from './rows/undo-rows.ts';
import { WordRows } from './rows/word-rows.ts';

export class Library {
  readonly path: string;
  readonly albums: AlbumRows;
  readonly annotations: AnnotationRows;
  readonly hiding: HidingRows;
  readonly folders: FolderRows;
  readonly photos: PhotoRows;
  readonly companions: CompanionRows;
  readonly beside: BesideRows;
  readonly contents: ContentRows;
  readonly regions: RegionRows;
  readonly parts: PartRows;
  readonly features: FeatureRows;
  readonly filters: FilterRows;
  readonly map: MapRows;
  readonly models: ModelRows;
  readonly codes: CodeRows;
  readonly packs: PackRows;
  readonly marks: RelevanceMarkRows;
  readonly duplicates: DuplicateRows;
  readonly settings: SettingRows;
  readonly smallPictures: SmallPictureRows;
  readonly storage: StorageRows;
  readonly words: WordRows;
  readonly #db: Catalogue;
  #undo: UndoRows | undefined;

  private constructor(path: string, db: Catalogue) {
    this.path = path;
    this.#db = db;
    this.albums = new AlbumRows(db);
    this.annotations = new AnnotationRows(db);
    this.hiding = new HidingRows(db);
    this.folders = new FolderRows(db);
    this.words = new WordRows(db);
    this.photos = new PhotoRows(db, this.words);
    this.companions = new CompanionRows(db);
    this.beside = new BesideRows(db);
    this.contents = new ContentRows(db);
    this.regions = new RegionRows(db);
    this.parts = new PartRows(db);
    this.features = new FeatureRows(db);
    this.map = new MapRows(db);
    this.models = new ModelRows(db);
    this.codes = new CodeRows(db);
    this.filters = new FilterRows(db, this.hiding, this.codes);
    this.packs = new PackRows(db);
    this.marks = new RelevanceMarkRows(db);
    this.duplicates = new DuplicateRows(db);
    this.settings = new SettingRows(db);
    this.smallPictures = new SmallPictureRows(db);
    this.storage = new StorageRows(db);
  }

  /** @param path the library's folder, made where it is missing */
  static open(path: string): Library {
    const db = openCatalogue(path);
    healRows(db);
    return new Library(path, db);
  }

  /** To look and not to touch, beside a program that may be writing: shows what there was when it was opened. */
  static openReadOnly(path: string): Library {
    const db = openCatalogueReadOnly(path);
    db.holdSnapshot();
    return new Library(path, db);
  }

  /** Notes how changes are undone, from the first time it is asked for. */
  get undo(): UndoRows {
    return (this.#undo ??= new UndoRows(this.#db));
  }

  /** All or nothing. Must not wait for anything inside. */
  inTransaction<T>(work: () => T): T {
    return this.#db.inTransaction(work);
  }

  /** Grows with every row that is written. */
  changes(): number {
    return this.#db.value<number>('SELECT total_changes()')!;
  }

  /** Bytes of the catalogue on disk, its log included. */
  bytes(): number {
    const path = cataloguePath(this.path);
    return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  /** A consistency check of the whole file (SQLite's own); 'ok' where all is well. */
  integrity(): string {
    return this.#db.pragma('integrity_check') as string;
  }

  /** Sets the largest size in pages, for tests of a full disk; 0 lifts it. */
  limitPages(pages: number): void {
    this.#db.pragma(`max_page_count = ${pages || 0xffff_fffe}`);
  }

  pageCount(): number {
    return this.#db.pragma('page_count') as number;
  }

  close(): void {
    this.#db.close();
  }
}
