// A library opened: its catalogue and the tables in it.
import { statSync } from 'node:fs';
import { cataloguePath, openCatalogue, openCatalogueReadOnly, type Catalogue } from './catalogue.ts';
import { ContentRows } from './content-rows.ts';
import { FeatureRows } from './feature-rows.ts';
import { FolderRows } from './folder-rows.ts';
import { ModelRows } from './model-rows.ts';
import { PackRows } from './pack-rows.ts';
import { PhotoRows } from './photo-rows.ts';
import { PinRows } from './pin-rows.ts';
import { SettingRows } from './setting-rows.ts';

export class Library {
  readonly path: string;
  readonly folders: FolderRows;
  readonly photos: PhotoRows;
  readonly contents: ContentRows;
  readonly features: FeatureRows;
  readonly models: ModelRows;
  readonly packs: PackRows;
  readonly pins: PinRows;
  readonly settings: SettingRows;
  readonly #db: Catalogue;

  private constructor(path: string, db: Catalogue) {
    this.path = path;
    this.#db = db;
    this.folders = new FolderRows(db);
    this.photos = new PhotoRows(db);
    this.contents = new ContentRows(db);
    this.features = new FeatureRows(db);
    this.models = new ModelRows(db);
    this.packs = new PackRows(db);
    this.pins = new PinRows(db);
    this.settings = new SettingRows(db);
  }

  /** @param path the library's folder, made where it is missing */
  static open(path: string): Library {
    return new Library(path, openCatalogue(path));
  }

  /** To look and not to touch, beside a program that may be writing: shows what there was when it was opened. */
  static openReadOnly(path: string): Library {
    const db = openCatalogueReadOnly(path);
    // A read begins the moment that is looked at; its end is the connection's.
    db.exec('BEGIN; SELECT 1 FROM setting');
    return new Library(path, db);
  }

  /** All or nothing. Must not wait for anything inside. */
  inTransaction<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }

  /** Bytes of the catalogue on disk, its log included. */
  bytes(): number {
    const path = cataloguePath(this.path);
    return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
  }

  /** A consistency check of the whole file (SQLite's own); 'ok' where all is well. */
  integrity(): string {
    return this.#db.pragma('integrity_check', { simple: true }) as string;
  }

  /** Sets the largest size in pages, for tests of a full disk; 0 lifts it. */
  limitPages(pages: number): void {
    this.#db.pragma(`max_page_count = ${pages || 0xffff_fffe}`);
  }

  pageCount(): number {
    return this.#db.pragma('page_count', { simple: true }) as number;
  }

  close(): void {
    this.#db.close();
  }
}

/** Whether an error says that there is no room left to write. */
export function isOutOfSpace(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === 'SQLITE_FULL' || code === 'ENOSPC';
}
