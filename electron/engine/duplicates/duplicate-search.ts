// Keeps known which photos are duplicates: looks at those that have come, at rest, from the first time that somebody asks for duplicates.
import type { LimitFunction } from 'p-limit';
import { say, type Sentence } from '../../contract/sentence.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Library } from '../../library/library.ts';
import { nativeVectorIndexes } from '../codes/native-vector-index.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { WorkAtRest, type WorkAtRestHandlers } from '../status/work-at-rest.ts';
import { LinkFinder } from './link-finder.ts';

export interface DuplicateSearchTools {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly semaphore: LimitFunction;
  /** What photos are seen by at this moment. */
  readonly space: () => EmbeddingSpace;
}

const SETTING = 'duplicates';
const MEASURED_AT_ONCE = 32;

export class DuplicateSearch extends WorkAtRest {
  readonly #tools: DuplicateSearchTools;
  readonly #finder: LinkFinder;

  constructor(tools: DuplicateSearchTools, handlers: WorkAtRestHandlers) {
    super(tools.library, SETTING, handlers);
    this.#tools = tools;
    const { library, readers, semaphore } = tools;
    this.#finder = new LinkFinder(
      {
        library,
        readers,
        semaphore,
        keep: (made) =>
          library.inTransaction(() => {
            for (const { contentId, ...seen } of made) library.smallPictures.insert(contentId, seen);
          }),
      },
      (done, total) => handlers.onProgress(done, total),
    );
  }

  protected trouble(reason: Sentence): Sentence {
    return say`The search for duplicates waits: ${reason}`;
  }

  protected async run(signal: AbortSignal): Promise<void> {
    const { library, space } = this.#tools;
    const { row, models } = space();
    const looking = { embedder: row, active: () => models.active, makeVectorIndex: nativeVectorIndexes(), signal };
    for await (const { looked, links } of this.#finder.find(looking))
      library.inTransaction(() => library.duplicates.add(looked, links));
    await this.#measureSharpness(signal);
  }

  /** Of shots of one moment, by which one of them is suggested. */
  async #measureSharpness(signal: AbortSignal): Promise<void> {
    const { library, readers, semaphore } = this.#tools;
    const { duplicates, contents } = library;
    for (let ids; !signal.aborted && (ids = duplicates.unmeasured(MEASURED_AT_ONCE)).length > 0;) {
      const measured = new Map(ids.map((id) => [id, 0]));
      const jpegs = ids.flatMap((id) => {
        const jpeg = contents.thumbnail(id);
        return jpeg ? [{ id, jpeg }] : [];
      });
      const values = await semaphore(() => readers.sharpness(jpegs.map(({ jpeg }) => jpeg)));
      jpegs.forEach(({ id }, i) => measured.set(id, values[i]!));
      library.inTransaction(() => measured.forEach((value, id) => duplicates.setSharpness(id, value)));
    }
  }
}
