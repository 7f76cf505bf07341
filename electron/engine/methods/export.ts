// Copies of photos for elsewhere.
import type { Exported } from '../../contract/export.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import { exportPhotos } from '../export/export-photos.ts';
import type { EngineParts } from '../parts.ts';

/** Milliseconds between two words about how far it is. */
const TELL_EVERY = 200;

export function exportMethods({ library, readers, emit }: Pick<EngineParts, 'library' | 'readers' | 'emit'>) {
  return {
    exportPhotos({ exportId, ...input }: ParsedInput<'exportPhotos'>, signal?: AbortSignal): Promise<Exported> {
      let told = 0;
      const onProgress = (done: number): void => {
        if (performance.now() - told < TELL_EVERY) return;
        told = performance.now();
        emit({ name: 'exportProgressed', detail: { exportId, done } });
      };
      return exportPhotos({ library, readers, onProgress, signal }, input);
    },
  };
}
