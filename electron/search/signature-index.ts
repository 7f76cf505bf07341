// Pictures whose signatures are within a distance of one, among millions: cells around pivots, of which only the nearest are looked
// through (as an inverted file does, Jégou, Douze, Schmid 2011, section IV; pivots at random take the place of learned centroids).
import { SIGNATURE_SIZE } from '../numeric/picture-signature.ts';
import { seededRandom } from '../numeric/random.ts';
import { TopK } from '../numeric/top-k.ts';

/** Signatures that one pivot stands for, until there are as many pivots as there may be. */
const IN_CELL = 200;
const MOST_CELLS = 1024;
/** Signatures from which pivots are chosen, and how many times as many there are until they are chosen anew. */
const CHOSEN_FROM = 4096;
const OUTGROWN = 4;
/** Cells that are looked through: see docs/experiments/duplicates.md. */
const LOOKED_THROUGH = 3;
/** Steps that a number of a signature, from 0 to 1, is rounded to. */
const STEPS = 255;
/** Numbers that are summed up before it is asked whether the sum is too large already. */
const AT_ONCE = 7;

export interface AlikePicture {
  readonly id: number;
  /** Squared. */
  readonly distance: number;
}

/** What is around one pivot. */
interface Cell {
  readonly pivot: Uint8Array;
  readonly ids: number[];
  /** uint8, (room, SIGNATURE_SIZE), of which as many are set as there are ids. */
  rows: Uint8Array;
}

export class SignatureIndex {
  #cells: Cell[] = [];
  #size = 0;
  #expected = 0;
  /** From so many on, pivots are chosen anew. */
  #outgrown = CHOSEN_FROM;

  /** At least so many are to come, as far as it is known: pivots are chosen for as many. */
  expect(size: number): void {
    this.#expected = size;
  }

  get size(): number {
    return this.#size;
  }

  /** @param signature float32, (SIGNATURE_SIZE), each from 0 to 1, of unit length or all zero; of nothing that is here already */
  add(id: number, signature: Float32Array): void {
    this.#put(id, rounded(signature));
    if (++this.#size >= this.#outgrown) this.#rebuild();
  }

  /** The nearest, at most k, that are nearer than a squared distance; the nearest first. */
  near(signature: Float32Array, k: number, within: number): AlikePicture[] {
    const query = rounded(signature);
    const best = new TopK(k);
    for (const { ids, rows } of this.#nearestCells(query, LOOKED_THROUGH))
      for (let i = 0; i < ids.length; i++) {
        const bound = Math.min(within * STEPS ** 2, best.threshold);
        const distance = distanceUpTo(query, rows, i * SIGNATURE_SIZE, bound);
        if (distance < bound) best.offer(ids[i], distance);
      }
    const { ids, distances } = best.drain();
    return Array.from(ids, (id, i) => ({ id, distance: distances[i] / STEPS ** 2 }));
  }

  /** At most so many, the nearest first. */
  #nearestCells(query: Uint8Array, count: number): Cell[] {
    const best = new TopK(count);
    for (const [at, { pivot }] of this.#cells.entries()) {
      const distance = distanceUpTo(query, pivot, 0, best.threshold);
      if (distance < best.threshold) best.offer(at, distance);
    }
    return Array.from(best.drain().ids, (at) => this.#cells[at]);
  }

  #put(id: number, row: Uint8Array): void {
    const cell = this.#nearestCells(row, 1)[0] ?? this.#addCell(row);
    const at = cell.ids.length * SIGNATURE_SIZE;
    if (at === cell.rows.length) {
      const wider = new Uint8Array(Math.max(16 * SIGNATURE_SIZE, 2 * at));
      wider.set(cell.rows);
      cell.rows = wider;
    }
    cell.rows.set(row, at);
    cell.ids.push(id);
  }

  #addCell(pivot: Uint8Array): Cell {
    const cell = { pivot, ids: [], rows: new Uint8Array(0) };
    this.#cells.push(cell);
    return cell;
  }

  /** With pivots from among what is here now. */
  #rebuild(): void {
    const before = this.#cells;
    const size = Math.max(this.#size, this.#expected);
    this.#outgrown = size * OUTGROWN;
    const count = Math.min(MOST_CELLS, Math.ceil(size / IN_CELL));
    if (count <= before.length) return;
    const all = before.flatMap(({ ids, rows }) =>
      ids.map((id, i) => ({ id, row: rows.subarray(i * SIGNATURE_SIZE, (i + 1) * SIGNATURE_SIZE) })),
    );
    this.#cells = [];
    const order = seededRandom(all.length).shuffle(Int32Array.from(all.keys()));
    for (const at of order.subarray(0, count)) this.#addCell(all[at].row.slice());
    for (const { id, row } of all) this.#put(id, row);
  }
}

const rounded = (signature: Float32Array): Uint8Array =>
  Uint8Array.from(signature, (value) => Math.round(Math.min(1, value) * STEPS));

/** The squared distance of a row to one among many, or anything from the bound on. */
function distanceUpTo(row: Uint8Array, rows: Uint8Array, from: number, bound: number): number {
  let sum = 0;
  for (let t = 0; t < SIGNATURE_SIZE && sum < bound;) {
    for (const end = Math.min(SIGNATURE_SIZE, t + AT_ONCE); t < end; t++) {
      const difference = row[t] - rows[from + t];
      sum += difference * difference;
    }
  }
  return sum;
}
