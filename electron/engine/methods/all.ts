// The contract's methods, by group.
import type { Implementation } from '../../contract/methods.ts';
import type { EngineParts } from '../parts.ts';
import { albumMethods } from './albums.ts';
import { atlasMethods } from './atlas.ts';
import { duplicateMethods } from './duplicates.ts';
import { embedderMethods } from './embedders.ts';
import { exportMethods } from './export.ts';
import { filterMethods } from './filters.ts';
import { folderMethods } from './folders.ts';
import { modelMethods } from './models.ts';
import { organiseMethods } from './organise.ts';
import { partsMethods } from './parts.ts';
import { photoMethods } from './photos.ts';
import { reviewMethods } from './review.ts';
import { searchMethods } from './search.ts';
import { statusMethods } from './status.ts';
import { videoMethods } from './videos.ts';

export type EngineMethods = ReturnType<typeof engineMethods>;

export function engineMethods(parts: EngineParts) {
  return {
    ...statusMethods(parts),
    ...folderMethods(parts),
    ...photoMethods(parts),
    ...organiseMethods(parts),
    ...exportMethods(parts),
    ...searchMethods(parts),
    ...filterMethods(parts),
    ...partsMethods(parts),
    ...albumMethods(parts),
    ...modelMethods(parts),
    ...embedderMethods(parts),
    ...reviewMethods(parts),
    ...duplicateMethods(parts),
    ...atlasMethods(parts),
    ...videoMethods(parts),
  } satisfies Implementation;
}
