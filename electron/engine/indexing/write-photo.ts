// What is written of a file that was read: what it holds, or which photo shows it. To be called inside a transaction.
import type { FileStamp } from '../../library/files/read-file.ts';
import type { Library } from '../../library/library.ts';
import type { WaitingPhoto } from '../../library/rows/photo-rows.ts';
import { wallClock } from '../../library/decode/fact-values.ts';
import type { Pair } from './pairing.ts';

/**
 * A file holds a content; what was said of what it held before is said of this.
 * @param takenAt by the camera, wall-clock milliseconds; null where it did not say
 * @returns how many photos wait again because this one may show them
 */
export function linkPhoto(
  { photos, annotations, companions }: Library,
  { id, path }: WaitingPhoto,
  stamp: FileStamp,
  contentId: number,
  takenAt: number | null,
): number {
  photos.restat(id, stamp.size, stamp.modifiedAt);
  const before = photos.contentOf(id);
  if (before !== undefined && before !== contentId) annotations.carry(before, contentId);
  const shownBy = companions.takeLeadHash(id);
  if (shownBy) annotations.carryFrom(shownBy, contentId);
  photos.link(id, contentId, takenAt ?? wallClock(stamp.modifiedAt));
  return companions.reconsider(path);
}

/**
 * Another photo shows a file.
 * @returns undefined where that photo is gone by now, so that the file goes on waiting; else whether it told something new
 */
export function pairPhoto(
  { photos, annotations, companions }: Library,
  { id }: WaitingPhoto,
  stamp: FileStamp,
  { lead, told }: Pair,
): { saidMore: boolean } | undefined {
  const before = photos.contentOf(id);
  if (!companions.setLead(id, lead)) return undefined;
  photos.restat(id, stamp.size, stamp.modifiedAt);
  const contentId = photos.contentOf(lead.id)!;
  if (before !== undefined) annotations.carry(before, contentId);
  return { saidMore: told !== undefined && annotations.takeOver(contentId, told) };
}
