// The embedders that can be fetched with one click. What is not known here (the commit, sizes, hashes) is asked of the hub when
// the person wants one, shown, and kept with the pack.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const path = z.string().regex(/^[\w./-]+$/);

export const offeredPacksSchema = z.strictObject({
  /** Million multiplications with additions that the network which comes with Likeness takes for a photo. */
  builtInMultiplyAdds: z.number().positive(),
  packs: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]+$/),
        name: z.string().min(1).max(100),
        /** Key of the page's words for it. */
        goodAt: z.enum(['words-and-kinds', 'words-in-any-language', 'likeness', 'likeness-finest']),
        /** Of the hub, as owner/name. */
        repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
        /** A commit, 40 hexadecimal digits; null where it is the newest when the person wants it. */
        revision: z
          .string()
          .regex(/^[0-9a-f]{40}$/)
          .nullable(),
        licence: z.string().min(1).max(200),
        /** In which it knows words: codes of languages, or "many"; none where it knows no words. */
        languages: z.array(z.string().regex(/^([a-z]{2}|many)$/)),
        /** Of its image side, for a photo, in millions: from its size, so that its speed here can be guessed. */
        multiplyAdds: z.number().positive(),
        files: z.strictObject({ image: path, text: path.optional() }),
      }),
    )
    .min(1),
});

export type OfferedPacks = z.output<typeof offeredPacksSchema>;
export type OfferedPack = OfferedPacks['packs'][number];

export function readOfferedPacks(): OfferedPacks {
  const file = new URL('../offered-packs/packs.json', import.meta.url);
  return offeredPacksSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
