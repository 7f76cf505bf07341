// Which file of a group is suggested to be kept, and why.
import { basename } from 'node:path';
import type { DuplicateKind, KeepReason } from '../../contract/duplicates.ts';
import { isRawName } from '../../library/files/formats.ts';
import { isWithin } from '../../library/files/paths.ts';
import type { DuplicateRow } from '../../library/rows/duplicate-rows.ts';

/** The larger the better. */
type Measure = (file: DuplicateRow) => number;

/** Names that programs give to copies: "a (1).jpg", "a - Copy.jpg", "copy of a.jpg", "a-edited.jpg". */
const COPY_NAME = /(?:^|[\s_-])(?:copy|kopie|copia|copie|edited|bearbeitet)(?:[\s_.-]|$)|\(\d+\)|[_-]\d+x\d+\./i;
/** Shares by which pixels, sharpness and bytes are less and as good as the most of a group: a copy that is saved again may take more bytes. */
const AS_MANY = 0.02;
const AS_SHARP = 0.15;
const AS_LARGE = 0.4;

/** Criteria of a kind, the most important first. */
const CRITERIA: Record<DuplicateKind, readonly KeepReason[]> = {
  copies: ['there', 'folder', 'name', 'older'],
  same: ['there', 'said', 'pixels', 'raw', 'folder', 'camera', 'bytes', 'name', 'older'],
  bursts: ['there', 'said', 'sharpness', 'raw', 'pixels', 'bytes', 'older'],
};

/**
 * @param preferred folders, the first before the next
 * @returns the files, the one to be kept first, and what puts it before the second
 */
export function suggest(
  kind: DuplicateKind,
  files: readonly DuplicateRow[],
  preferred: readonly string[],
): { files: DuplicateRow[]; reasons: KeepReason[] } {
  const mostOf = (measure: Measure): number => files.reduce((most, file) => Math.max(most, measure(file)), -Infinity);
  const most = {
    pixels: mostOf(({ width, height }) => width * height),
    sharpness: mostOf(({ sharpness }) => sharpness ?? 0),
    bytes: mostOf(({ size }) => size),
  };
  const measures: Record<KeepReason, Measure> = {
    there: ({ available }) => available,
    said: ({ favourite, stars, said }) => favourite + stars + said,
    folder: ({ path }) => -placeAmong(preferred, path),
    pixels: ({ width, height }) => upTo(most.pixels, width * height, AS_MANY),
    raw: ({ path }) => Number(isRawName(path)),
    camera: ({ camera }) => Number(camera !== null),
    sharpness: ({ sharpness }) => upTo(most.sharpness, sharpness ?? 0, AS_SHARP),
    bytes: ({ size }) => upTo(most.bytes, size, AS_LARGE),
    name: ({ path }) => -Number(COPY_NAME.test(basename(path))),
    older: ({ modifiedAt }) => -modifiedAt,
  };
  const criteria = CRITERIA[kind];
  const compare = (a: DuplicateRow, b: DuplicateRow): number => {
    for (const reason of criteria) {
      const difference = measures[reason](b) - measures[reason](a);
      if (difference !== 0) return difference;
    }
    return a.path < b.path ? -1 : 1;
  };
  const sorted = files.toSorted(compare);
  const [first, second] = sorted;
  const deciding = criteria.find((reason) => second && measures[reason](first!) !== measures[reason](second));
  if (!deciding) return { files: sorted, reasons: [] };
  // What else speaks for it, by which no other is its equal.
  const others = criteria.slice(criteria.indexOf(deciding) + 1);
  const best = others.filter((reason) =>
    sorted.slice(1).every((file) => measures[reason](first!) > measures[reason](file)),
  );
  return { files: sorted, reasons: [deciding, ...best.filter((reason) => reason !== 'older')].slice(0, 3) };
}

/** Of the first folder that a path lies in; behind the last where there is none. */
function placeAmong(folders: readonly string[], path: string): number {
  const place = folders.findIndex((folder) => isWithin(path, folder));
  return place < 0 ? folders.length : place;
}

/** The most for what is nearly as much. */
const upTo = (most: number, value: number, share: number): number => (value >= most * (1 - share) ? most : value);
