// Companions in the catalogue: files that another photo shows, and that are not read themselves.
import { compareLeads, leads, namedFile, pathsOfPhoto, type NamedFile } from '../files/companions.ts';
import type { Catalogue } from '../catalogue.ts';
import type { WaitingPhoto } from './photo-rows.ts';

/** A photo that may show another file. */
export interface Lead extends WaitingPhoto {
  state: 'waiting' | 'indexed';
  contentId: number | null;
  /** Wall-clock milliseconds by the camera; null where it did not say, or where it was not read. */
  cameraTakenAt: number | null;
}

/** A file that a photo shows. */
export interface CompanionRow {
  path: string;
  /** Bytes. */
  size: number;
}

/** Files that may be of one photo, at most: more of one beginning are something else. */
const MOST = 50;

export class CompanionRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Photos that may show a file by their names, the one that does so first; waiting or read. */
  leadsOf(path: string): Lead[] {
    const companion = namedFile(path);
    if (!companion) return [];
    return this.#ofPhoto(companion)
      .filter((row) => isLead(row.path, companion))
      .sort((a, b) => compareLeads(a.path, b.path));
  }

  /** Lets a photo show a file. To be called inside a transaction. @returns whether it can: it may be gone by now */
  setLead(photoId: number, lead: Lead): boolean {
    const { changes } = this.#db.run(
      `UPDATE photo SET state = 'companion', reason = NULL, content_id = NULL, lead_id = lead.id, lead_hash = lead.hash
       FROM (SELECT photo.id, content.hash FROM photo JOIN content ON content.id = photo.content_id
         WHERE photo.id = ? AND state = 'indexed') AS lead WHERE photo.id = ?`,
      lead.id,
      photoId,
    );
    return changes > 0;
  }

  /** Photos that were read by themselves and that this one may show wait again. @returns how many */
  reconsider(leadPath: string): number {
    const lead = namedFile(leadPath);
    if (!lead || lead.role === 'raw' || lead.role === 'motion') return 0;
    const followers = this.#ofPhoto(lead).filter(({ path, state }) => state === 'indexed' && isCompanion(path, lead));
    for (const { id } of followers) this.#db.run(`UPDATE photo SET state = 'waiting' WHERE id = ?`, id);
    return followers.length;
  }

  /** What a photo held that showed this file before; undefined where there was none. Told once. */
  takeLeadHash(photoId: number): Buffer | undefined {
    const hash = this.#db.value<Buffer | null>('SELECT lead_hash FROM photo WHERE id = ?', photoId) ?? undefined;
    if (hash) this.#db.run('UPDATE photo SET lead_hash = NULL WHERE id = ?', photoId);
    return hash;
  }

  /** Files that a photo shows, by path. */
  of(photoId: number): CompanionRow[] {
    return this.#db.all('SELECT path, size FROM photo WHERE lead_id = ? ORDER BY path', photoId);
  }

  /** Photos and the files that they show, each photo before its files. */
  withCompanions(photoIds: readonly number[]): number[] {
    return photoIds.flatMap((id) => [
      id,
      ...this.#db.values<number>('SELECT id FROM photo WHERE lead_id = ? ORDER BY path', id),
    ]);
  }

  #ofPhoto(file: NamedFile): Lead[] {
    return pathsOfPhoto(file).flatMap((beginning) => {
      const after = beginning.slice(0, -1) + String.fromCharCode(beginning.charCodeAt(beginning.length - 1) + 1);
      return this.#db.all<Lead>(
        `SELECT photo.id, path, size, modified_at AS modifiedAt, photo.taken_at AS takenAt, state, content_id AS contentId,
           content.taken_at AS cameraTakenAt
         FROM photo LEFT JOIN content ON content.id = content_id
         WHERE path >= ? AND path < ? AND state IN ('waiting', 'indexed') LIMIT ${MOST}`,
        beginning,
        after,
      );
    });
  }
}

function isLead(path: string, companion: NamedFile): boolean {
  const file = namedFile(path);
  return file !== undefined && leads(file, companion);
}

function isCompanion(path: string, lead: NamedFile): boolean {
  const file = namedFile(path);
  return file !== undefined && leads(lead, file);
}
