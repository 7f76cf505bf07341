// Which of two models serves this library better, told without labels: edited copies of photos that neither
// learned from must find their originals, and what the person marked as right must stay near its query.
import type { Comparison, ModelComparison } from '../../contract/models.ts';
import type { Library } from '../../library/library.ts';
import type { RelevanceMark } from '../../library/rows/relevance-mark-rows.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import { rankMany } from '../codes/ranking.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

/** A photo and the features of its edited copies. */
export interface EditedPhoto {
  regionId: number;
  /** float32, (dimensions), each. */
  features: Float32Array[];
}

/** Results among which what is looked for must be: what a person sees without scrolling. */
const PLACES = 10;
/**
 * By how much the share found may fall before the new model counts as worse; and standard errors of the
 * difference between the two, which is all there is to go by where queries are few.
 */
const TOLERANCE = 0.01;
const STANDARD_ERRORS = 1;

export async function compareModels(
  library: Library,
  before: ActiveModel,
  after: ActiveModel,
  edited: readonly EditedPhoto[],
  marks: readonly RelevanceMark[],
): Promise<ModelComparison> {
  const copies = edited.flatMap(({ regionId, features }) => features.map((feature) => ({ regionId, feature })));
  const byEdits = async (model: ActiveModel): Promise<boolean[]> => {
    const queries = copies.map(({ feature }) => ({ positives: [{ feature }] }));
    const ranked = await rankMany(library, model, queries, PLACES, { codesOnly: false });
    return copies.map(({ regionId }, i) => isFound(ranked[i]!.candidates.ids, regionId));
  };
  const known = marks
    .map(({ queryContentId, resultContentId }) => ({
      query: library.regions.wholeOf(queryContentId)!,
      result: library.regions.wholeOf(resultContentId)!,
    }))
    .filter(({ query, result }) =>
      [before, after].every(({ id }) => library.codes.hidden(id, query) && library.codes.hidden(id, result)),
    );
  const byMarks = async (model: ActiveModel): Promise<boolean[]> => {
    const queries = known.map(({ query }) => ({ positives: [{ regionId: query }] }));
    const ranked = await rankMany(library, model, queries, PLACES, { codesOnly: false });
    return known.map(({ query, result }, i) =>
      isFound(
        ranked[i]!.candidates.ids.filter((id) => id !== query),
        result,
      ),
    );
  };
  const side = async (count: number, find: (model: ActiveModel) => Promise<boolean[]>): Promise<Comparison | null> =>
    count === 0 ? null : compareFindings(await find(before), await find(after));
  return { edited: await side(copies.length, byEdits), marked: await side(known.length, byMarks) };
}

/**
 * Whether the later model is not worse in anything that could be compared.
 * @param afterBase whether the earlier one came with the embedder. It is made of the features' principal components, which find the
 *   copies of a photo best and its like worse, so copies tell nothing against a library's own first model; marks do.
 */
export function isNotWorse({ edited, marked }: ModelComparison, afterBase = false): boolean {
  return [afterBase ? null : edited, marked].every(
    (side) => side === null || side.after >= side.before - TOLERANCE - STANDARD_ERRORS * side.standardError,
  );
}

/** In words, for the person. */
export function describeComparison({ edited, marked }: ModelComparison): Sentence {
  const percent = (share: number): number => Math.round(share * 100);
  const ofEdited =
    edited &&
    say`of edited copies, ${percent(edited.after)}% find their originals (before: ${percent(edited.before)}%)`;
  const ofMarked =
    marked &&
    say`of results marked as right, ${percent(marked.after)}% are among the first ten (before: ${percent(marked.before)}%)`;
  return ofEdited && ofMarked ? say`${ofEdited}, ${ofMarked}` : (ofEdited ?? ofMarked)!;
}

/** What was found and what not, query by query, by either model. */
export function compareFindings(before: readonly boolean[], after: readonly boolean[]): Comparison {
  const share = (found: readonly boolean[]): number => found.filter(Boolean).length / found.length;
  // Of paired answers, only those that differ tell anything (McNemar 1947).
  const gained = after.filter((found, i) => found && !before[i]).length;
  const lost = before.filter((found, i) => found && !after[i]).length;
  const n = before.length;
  const variance = (gained + lost) / n - ((gained - lost) / n) ** 2;
  return {
    queries: n,
    before: share(before),
    after: share(after),
    standardError: Math.sqrt(Math.max(0, variance) / n),
  };
}

function isFound(ids: ArrayLike<number>, wanted: number): boolean {
  return Array.from(ids).slice(0, PLACES).includes(wanted);
}
