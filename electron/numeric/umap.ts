// Places in the plane for points of which the nearest neighbours are known: UMAP (McInnes, Healy, Melville 2018). Of its family of curves
// the one with a = b = 1 is taken, which needs no powers and changes the picture little (Böhm, Berens, Kobak 2022, section 3). It begins
// from the two main directions, which puts what is far apart on different sides (Kobak, Linderman 2021).

/** The k nearest of each of n points, itself left out. */
export interface NeighbourGraph {
  readonly k: number;
  /** int32, (n, k): numbers of points, the nearest first. */
  readonly neighbours: Int32Array;
  /** float32, (n, k): distances, not squared. */
  readonly distances: Float32Array;
}

/** Each pair of points that belongs together, in both directions. */
export interface FuzzyEdges {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** In (0, 1]: how surely they do. */
  readonly weights: Float32Array;
}

/** Half the width of the picture that it begins from. */
const BEGINNING = 10;
/** Random points that each point is pushed away from, for each time that a neighbour pulls it. */
const NEGATIVES = 5;
/** The most that one step moves a point, before the learning rate. */
const STEP = 4;
/** Keeps points that lie on each other from being pushed away without end. */
const SOFTENING = 0.001;
const FEW = 10_000;
const PRECISION = 1e-5;

/**
 * How surely each point's neighbours belong to it (section 3.1, algorithms 2 and 3): its nearest one always does, and all together weigh
 * log2(k). Of two directions the probabilistic union is taken.
 */
export function fuzzyEdges({ k, neighbours, distances }: NeighbourGraph): FuzzyEdges {
  const n = neighbours.length / k;
  const own = new Float32Array(n * k);
  for (let i = 0; i < n; i++) {
    const row = distances.subarray(i * k, (i + 1) * k);
    const nearest = row.find((distance) => distance > 0) ?? 0;
    const scale = scaleOf(row, nearest);
    for (let j = 0; j < k; j++) own[i * k + j] = Math.exp(-Math.max(0, row[j] - nearest) / scale);
  }
  const [from, to, weights] = [new Int32Array(2 * n * k), new Int32Array(2 * n * k), new Float32Array(2 * n * k)];
  let count = 0;
  const add = (a: number, b: number, weight: number): void => {
    from[count] = a;
    to[count] = b;
    weights[count++] = weight;
  };
  for (let i = 0; i < n; i++) {
    for (let j = i * k; j < (i + 1) * k; j++) {
      const other = neighbours[j];
      const back = neighbours.subarray(other * k, (other + 1) * k).indexOf(i);
      // A pair that each has of the other is told by the lesser of them.
      if (back >= 0 && other < i) continue;
      const theirs = back >= 0 ? own[other * k + back] : 0;
      const weight = own[j] + theirs - own[j] * theirs;
      add(i, other, weight);
      add(other, i, weight);
    }
  }
  return { from: from.slice(0, count), to: to.slice(0, count), weights: weights.slice(0, count) };
}

/** The scale by which neighbours weigh log2(k) together: by bisection, never less than a thousandth of their mean distance. */
function scaleOf(row: Float32Array, nearest: number): number {
  const wanted = Math.log2(row.length);
  let [low, high, scale] = [0, Infinity, 1];
  for (let i = 0; i < 64; i++) {
    let sum = 0;
    for (const distance of row) sum += distance > nearest ? Math.exp(-(distance - nearest) / scale) : 1;
    if (Math.abs(sum - wanted) < PRECISION) break;
    if (sum > wanted) {
      high = scale;
      scale = (low + high) / 2;
    } else {
      low = scale;
      scale = high === Infinity ? scale * 2 : (low + high) / 2;
    }
  }
  const mean = row.reduce((sum, distance) => sum + distance, 0) / row.length;
  return Math.max(scale, 0.001 * mean, 1e-12);
}

/**
 * The two directions in which vectors differ most, scaled to where a layout begins: by subspace iteration.
 * @param rows float32, (n, d)
 * @returns float32, (n, 2)
 */
export function principalPlane(rows: Float32Array, d: number, random: () => number): Float32Array<ArrayBuffer> {
  const n = rows.length / d;
  const mean = new Float64Array(d);
  for (let at = 0; at < rows.length; at++) mean[at % d] += rows[at] / n;
  const axes = [0, 1].map(() => Float64Array.from({ length: d }, () => random() - 0.5));
  const out = new Float32Array(n * 2);
  for (let round = 0; round < 30; round++) {
    orthonormalize(axes);
    project(rows, d, mean, axes, out);
    for (const [axis, direction] of axes.entries()) {
      direction.fill(0);
      for (let i = 0; i < n; i++) {
        const value = out[2 * i + axis];
        for (let t = 0, at = i * d; t < d; t++, at++) direction[t] += value * (rows[at] - mean[t]);
      }
    }
  }
  orthonormalize(axes);
  project(rows, d, mean, axes, out);
  let most = 0;
  for (const value of out) most = Math.max(most, Math.abs(value));
  for (let i = 0; i < out.length; i++) out[i] = (most > 0 ? (out[i] * BEGINNING) / most : 0) + 1e-3 * (random() - 0.5);
  return out;
}

function orthonormalize([first, second]: Float64Array[]): void {
  scaleToOne(first);
  const along = first.reduce((sum, value, t) => sum + value * second[t], 0);
  for (let t = 0; t < second.length; t++) second[t] -= along * first[t];
  scaleToOne(second);
}

function scaleToOne(vector: Float64Array): void {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1;
  for (let t = 0; t < vector.length; t++) vector[t] /= length;
}

function project(rows: Float32Array, d: number, mean: Float64Array, axes: Float64Array[], out: Float32Array): void {
  const [first, second] = axes;
  for (let i = 0, at = 0; 2 * i < out.length; i++) {
    let [x, y] = [0, 0];
    for (let t = 0; t < d; t++, at++) {
      const value = rows[at] - mean[t];
      x += value * first[t];
      y += value * second[t];
    }
    out[2 * i] = x;
    out[2 * i + 1] = y;
  }
}

/** As many rounds as umap-learn takes. */
export const epochsFor = (n: number): number => (n <= FEW ? 500 : 200);

/** A layout that goes on a few rounds at a time (section 4, with the sampling of edges of the authors' program). */
export class UmapLayout {
  /** float32, (n, 2). */
  readonly places: Float32Array;
  readonly epochs: number;
  #epoch = 0;
  readonly #edges: FuzzyEdges;
  /** Rounds between two pulls of an edge, and the round of its next one. */
  readonly #every: Float32Array;
  readonly #next: Float32Array;
  #state: number;

  /**
   * @param beginning float32, (n, 2); moved
   * @param seed a whole number, not 0
   */
  constructor(edges: FuzzyEdges, beginning: Float32Array, epochs: number, seed = 1) {
    this.places = beginning;
    this.epochs = epochs;
    this.#edges = edges;
    this.#state = seed >>> 0;
    let most = 0;
    for (const weight of edges.weights) most = Math.max(most, weight);
    // What would not be drawn even once is never drawn.
    this.#every = edges.weights.map((weight) => (weight * epochs >= most ? most / weight : Infinity));
    this.#next = this.#every.slice();
  }

  get epoch(): number {
    return this.#epoch;
  }

  get isDone(): boolean {
    return this.#epoch >= this.epochs;
  }

  /** Goes on by some rounds, at most to the end. */
  advance(rounds: number): void {
    for (const end = Math.min(this.epochs, this.#epoch + rounds); this.#epoch < end; this.#epoch++) this.#round();
  }

  #round(): void {
    const { places } = this;
    const { from, to } = this.#edges;
    const [every, next] = [this.#every, this.#next];
    const n = places.length / 2;
    const now = this.#epoch + 1;
    const rate = 1 - this.#epoch / this.epochs;
    let state = this.#state;
    for (let e = 0; e < from.length; e++) {
      if (next[e] > now) continue;
      next[e] += every[e];
      const [a, b] = [2 * from[e], 2 * to[e]];
      let dx = places[a] - places[b];
      let dy = places[a + 1] - places[b + 1];
      let pull = -2 / (1 + dx * dx + dy * dy);
      const [px, py] = [clip(pull * dx) * rate, clip(pull * dy) * rate];
      places[a] += px;
      places[a + 1] += py;
      places[b] -= px;
      places[b + 1] -= py;
      for (let j = 0; j < NEGATIVES; j++) {
        // xorshift32 (Marsaglia 2003).
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        const c = 2 * ((state >>> 0) % n);
        if (c === a) continue;
        dx = places[a] - places[c];
        dy = places[a + 1] - places[c + 1];
        const square = dx * dx + dy * dy;
        pull = 2 / ((SOFTENING + square) * (1 + square));
        places[a] += clip(pull * dx) * rate;
        places[a + 1] += clip(pull * dy) * rate;
      }
    }
    this.#state = state;
  }
}

const clip = (value: number): number => (value > STEP ? STEP : value < -STEP ? -STEP : value);
