// The steps of the catalogue's schema, in order. A step that has shipped is never edited; a change is a new step.
import type { Migration } from './migration.ts';
import firstSchema from './001-first-schema.ts';
import previousModelsAndMarks from './002-previous-models-and-marks.ts';
import fourBitCodes from './003-four-bit-codes.ts';
import photoCounts from './004-photo-counts.ts';
import embedderPacks from './005-embedder-packs.ts';
import regions from './006-regions.ts';
import filters from './007-filters.ts';
import parts from './008-parts.ts';
import albums from './009-albums.ts';
import annotations from './010-annotations.ts';
import sentences from './011-sentences.ts';
import words from './012-words.ts';
import marksByHash from './013-marks-by-hash.ts';
import volumes from './014-volumes.ts';
import readAgain from './015-read-again.ts';
import told from './016-told.ts';
import companions from './017-companions.ts';
import moreKinds from './018-more-kinds.ts';
import videos from './019-videos.ts';
import driveCards from './020-drive-cards.ts';
import beside from './021-beside.ts';
import duplicates from './022-duplicates.ts';
import atlas from './023-atlas.ts';
import smallPictures from './024-small-pictures.ts';
import agreement from './025-agreement.ts';
import colours from './026-colours.ts';

export const migrations: readonly Migration[] = [
  firstSchema,
  previousModelsAndMarks,
  fourBitCodes,
  photoCounts,
  embedderPacks,
  regions,
  filters,
  parts,
  albums,
  annotations,
  sentences,
  words,
  marksByHash,
  volumes,
  readAgain,
  told,
  companions,
  moreKinds,
  videos,
  driveCards,
  beside,
  duplicates,
  atlas,
  smallPictures,
  agreement,
  colours,
];
