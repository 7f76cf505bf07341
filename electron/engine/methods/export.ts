// Copies of photos for elsewhere.
import type { Exported } from '../../contract/export.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import { exportPhotos } from '../export/export-photos.ts';
import type { EngineParts } from '../parts.ts';

export function exportMethods({ library, readers }: Pick<EngineParts, 'library' | 'readers'>) {
  return {
    exportPhotos: ({ photoIds, folder, side }: ParsedInput<'exportPhotos'>): Promise<Exported> =>
      exportPhotos(library, readers, photoIds, folder, side),
  };
}
