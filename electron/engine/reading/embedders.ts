// The embedders of a library, read beside whatever program has it open.
import { existsSync } from 'node:fs';
import type { EmbedderPack } from '../../contract/embedders.ts';
import { cataloguePath } from '../../library/catalogue.ts';
import { Library } from '../../library/library.ts';
import { describeBuiltIn, EmbedderPacks } from '../embedding/embedder-packs.ts';

/** @param libraryPath of a library that may not be there yet: then the built-in one alone */
export async function listEmbedders(libraryPath: string): Promise<EmbedderPack[]> {
  if (!existsSync(cataloguePath(libraryPath))) return [await describeBuiltIn()];
  const library = Library.openReadOnly(libraryPath);
  try {
    const { settings } = library;
    return await new EmbedderPacks(library).list(settings.get('embedder'), settings.get('next-embedder'));
  } finally {
    library.close();
  }
}
