// The embedders that the library holds.
import { LikenessError } from '../../contract/errors.ts';
import { FILE_LIMITS } from '../../contract/files.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { EmbedderPack, PackOffer } from '../../contract/embedders.ts';
import { BUILT_IN, notKnown } from '../embedding/embedder-packs.ts';
import type { EngineParts } from '../parts.ts';
import { say } from '../../contract/sentence.ts';

export function embedderMethods({
  packs,
  spaces,
  jobs,
  fetching,
}: Pick<EngineParts, 'packs' | 'spaces' | 'jobs' | 'fetching'>) {
  return {
    listEmbedders: (): Promise<EmbedderPack[]> => spaces.list(),

    async addEmbedder({ name, bytes, description }: ParsedInput<'addEmbedder'>): Promise<EmbedderPack> {
      if (bytes.length > FILE_LIMITS.addEmbedder) {
        const size = Math.round(bytes.length / 2 ** 20);
        const most = Math.round(FILE_LIMITS.addEmbedder / 2 ** 20);
        throw new LikenessError(
          'bad-input',
          say`${name} takes ${size} MiB; at most ${most} MiB can be added here. The command "likeness embedder add" takes larger ones.`,
        );
      }
      return spaces.describe(await packs.addBytes(name, bytes, description));
    },

    async addEmbedderFolder({ path }: ParsedInput<'addEmbedderFolder'>): Promise<EmbedderPack> {
      return spaces.describe(await packs.addFolder(path));
    },

    listOfferedPacks: () => fetching.list(),

    offerPack: ({ id }: ParsedInput<'offerPack'>): Promise<PackOffer> => fetching.offer(id),

    fetchPack({ id, revision }: ParsedInput<'fetchPack'>): null {
      // How it ends, its progress says.
      fetching.fetch(id, revision).catch(() => undefined);
      return null;
    },

    stopFetching(): null {
      fetching.stop();
      return null;
    },

    async useEmbedder({ name }: ParsedInput<'useEmbedder'>): Promise<null> {
      // Names alone: a path is the command line's to give.
      if (name !== BUILT_IN && !packs.knows(name)) throw notKnown(name);
      await spaces.use(name);
      jobs.goOn(true);
      return null;
    },

    async removeEmbedder({ name }: ParsedInput<'removeEmbedder'>): Promise<null> {
      await spaces.remove(name);
      return null;
    },

    rankEmbedders: (): Promise<EmbedderPack[]> => spaces.rank(),
  };
}
