// Keeps a map of all photos by likeness: drawn at rest from the first time that somebody asks for it; what comes later is put among what is
// there, which does not move.
import type { LimitFunction } from 'p-limit';
import { say, type Sentence } from '../../contract/sentence.ts';
import type { Library } from '../../library/library.ts';
import type { MapPlace, MapRow } from '../../library/rows/map-rows.ts';
import { seededRandom } from '../../numeric/random.ts';
import { nativeVectorIndexes } from '../codes/native-vector-index.ts';
import { nearestTo } from '../codes/nearest.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { WorkAtRest, type WorkAtRestHandlers } from '../status/work-at-rest.ts';
import { drawMap, NEIGHBOURS, rarityOf } from './draw-map.ts';
import { pickVectors, readMapVectors, type MapVectors } from './map-vectors.ts';

export interface MapKeeperTools {
  readonly library: Library;
  readonly semaphore: LimitFunction;
  /** What photos are seen by at this moment. */
  readonly space: () => EmbeddingSpace;
}

export interface MapKeeperHandlers extends WorkAtRestHandlers {
  /** Something stands on it that did not before. */
  onChanged(photos: number): void;
}

const SETTING = 'map';
/** Photos that a map is drawn of at least. */
export const LEAST = 2 * NEIGHBOURS;
/** Nearest on the map between which a new photo stands, and how far from that at most, in shares of the map: none lies on another. */
const BETWEEN = 5;
const APART = 0.002;
/** Photos that are put on the map, and written, at once. */
const AT_ONCE = 512;
const WRITTEN_AT_ONCE = 10_000;

export class MapKeeper extends WorkAtRest {
  readonly #tools: MapKeeperTools;
  readonly #handlers: MapKeeperHandlers;

  constructor(tools: MapKeeperTools, handlers: MapKeeperHandlers) {
    super(tools.library, SETTING, handlers);
    this.#tools = tools;
    this.#handlers = handlers;
  }

  /** Throws the map away: another is drawn of all that is there now. */
  drawAnew(): void {
    const { library } = this.#tools;
    library.inTransaction(() => library.map.clear());
    this.again();
  }

  protected trouble(reason: Sentence): Sentence {
    return say`The map waits: ${reason}`;
  }

  protected override state(): string {
    return `${super.state()} ${this.#tools.space().row.id}`;
  }

  protected async run(signal: AbortSignal): Promise<void> {
    const { library, space } = this.#tools;
    const vectors = await readMapVectors(library, space());
    const map = library.map.current();
    if (vectors.contentIds.length < LEAST) return;
    if (map?.embedderId === space().row.id) await this.#putAmong(map, vectors, signal);
    else await this.#draw(vectors, space().row.id, signal);
  }

  async #draw({ contentIds, rows, d }: MapVectors, embedderId: number, signal: AbortSignal): Promise<void> {
    const { library, semaphore } = this.#tools;
    const { places, rarity } = await drawMap(rows, d, {
      makeVectorIndex: nativeVectorIndexes(),
      turn: (work) => semaphore(work),
      onProgress: (share) => this.#handlers.onProgress(Math.round(100 * share), 100),
      signal,
    });
    const drawn = contentIds.map((contentId, i) => ({
      contentId,
      x: places[2 * i]!,
      y: places[2 * i + 1]!,
      rarity: rarity[i]!,
    }));
    library.inTransaction(() => library.map.replace(embedderId, drawn));
    this.#handlers.onChanged(drawn.length);
  }

  /** New photos stand between the nearest that are there, the nearer the closer. */
  async #putAmong(map: MapRow, vectors: MapVectors, signal: AbortSignal): Promise<void> {
    const { library, semaphore } = this.#tools;
    const there = new Map(library.map.placed().map((place) => [place.contentId, place]));
    const fresh = pickVectors(vectors, (id) => !there.has(id));
    const placed = pickVectors(vectors, (id) => there.has(id));
    if (fresh.contentIds.length === 0) return;
    // Nothing of it is left: what there is now is drawn.
    if (placed.contentIds.length < BETWEEN) return this.#draw(vectors, map.embedderId, signal);
    const { d } = vectors;
    const nearest = nearestTo(placed.rows, d, BETWEEN, nativeVectorIndexes());
    const random = seededRandom(map.drawnFrom);
    let found: MapPlace[] = [];
    const write = (): void => {
      library.inTransaction(() => library.map.add(map.id, found));
      found = [];
    };
    for (let at = 0; at < fresh.contentIds.length; at += AT_ONCE) {
      if (signal.aborted) break;
      const ids = fresh.contentIds.slice(at, at + AT_ONCE);
      const near = await semaphore(() => nearest(fresh.rows.subarray(at * d, (at + ids.length) * d)));
      for (const [i, contentId] of ids.entries()) {
        const { places, distances } = near[i]!;
        const others = places.map((place) => there.get(placed.contentIds[place]!)!);
        const jitter = (): number => APART * (random.uniform() - 0.5);
        const { x, y } = between(others, distances);
        found.push({ contentId, x: x + jitter(), y: y + jitter(), rarity: rarityOf(distances) });
      }
      if (found.length >= WRITTEN_AT_ONCE) write();
      this.#handlers.onProgress(at + ids.length, fresh.contentIds.length);
    }
    write();
    this.#handlers.onChanged(library.map.placedCount());
  }
}

/** The middle of some places, each weighed by how near it is beside the nearest one. */
function between(places: readonly MapPlace[], squares: readonly number[]): { x: number; y: number } {
  const least = Math.max(1e-6, squares[0]!);
  const weights = squares.map((square) => (least / Math.max(least, square)) ** 2);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (axis: 'x' | 'y'): number => places.reduce((sum, place, i) => sum + place[axis] * weights[i]!, 0) / all;
  return { x: mean('x'), y: mean('y') };
}
