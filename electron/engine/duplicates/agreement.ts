// Of pictures whose small ones fit, those that agree everywhere: their thumbnails are compared place by place.
import type { ContentPair } from '../../library/rows/duplicate-rows.ts';
import type { Match } from '../../numeric/picture-correlation.ts';
import type { SmallPictureSources } from './small-pictures.ts';

/** Pairs that one reader compares at once. */
const AT_ONCE = 24;

/** A content, and those that fit it. */
export interface Fitting {
  readonly contentId: number;
  readonly others: readonly { contentId: number; match: Match }[];
}

/** Contents without a thumbnail are in none: of them it cannot be told. */
export async function agreeingOf(
  { library, readers, semaphore }: Pick<SmallPictureSources, 'library' | 'readers' | 'semaphore'>,
  fitting: readonly Fitting[],
): Promise<ContentPair[]> {
  const batches = batchesOf(fitting.filter(({ others }) => others.length > 0));
  const agreeing = await Promise.all(
    batches.map((batch) =>
      semaphore(async () => {
        const there = batch.flatMap(({ contentId, others }) => {
          const picture = library.contents.thumbnail(contentId);
          const withThumbnails = others.flatMap(({ contentId: id, match }) => {
            const thumbnail = library.contents.thumbnail(id);
            return thumbnail ? [{ id, picture: thumbnail, match }] : [];
          });
          return picture && withThumbnails.length > 0 ? [{ contentId, picture, others: withThumbnails }] : [];
        });
        const answers = await readers.comparePlaces(
          there.map(({ picture, others }) => ({
            picture,
            others: others.map(({ picture: other, match }) => ({ picture: other, match })),
          })),
        );
        return there.flatMap(({ contentId, others }, i) =>
          others.filter((_, at) => answers[i]![at]).map(({ id }): ContentPair => [contentId, id]),
        );
      }),
    ),
  );
  return agreeing.flat();
}

function batchesOf(fitting: readonly Fitting[]): Fitting[][] {
  const batches: Fitting[][] = [];
  let pairs = AT_ONCE;
  for (const one of fitting) {
    if (pairs >= AT_ONCE) {
      batches.push([]);
      pairs = 0;
    }
    batches.at(-1)!.push(one);
    pairs += one.others.length;
  }
  return batches;
}
