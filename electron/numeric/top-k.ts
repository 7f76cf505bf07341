// Keeps the k best of a stream of (id, distance) pairs.

/**
 * A bounded max-heap over distances: the root is the worst of the k kept, so that most candidates are
 * refused by one comparison. Ties go to the smaller id, which makes the answer independent of the order
 * in which candidates arrive.
 */
export class TopK {
  readonly ids: Float64Array;
  readonly distances: Float32Array;
  readonly k: number;
  size = 0;
  /** A candidate at a distance above this cannot enter; +Infinity until k are kept. */
  threshold = Infinity;

  constructor(k: number) {
    this.k = k;
    this.ids = new Float64Array(k);
    this.distances = new Float32Array(k);
  }

  offer(id: number, distance: number): void {
    if (this.size < this.k) {
      this.#siftUp(this.size++, id, Math.fround(distance));
      if (this.size === this.k) this.threshold = this.distances[0];
      return;
    }
    const rounded = Math.fround(distance);
    if (!this.#worse(this.ids[0], this.distances[0], id, rounded)) return;
    this.#siftDown(id, rounded, this.size);
    this.threshold = this.distances[0];
  }

  /** Empties the heap; best first. */
  drain(): { ids: Float64Array<ArrayBuffer>; distances: Float32Array<ArrayBuffer> } {
    const count = this.size;
    const ids = new Float64Array(count);
    const distances = new Float32Array(count);
    for (let end = count - 1; end >= 0; end--) {
      ids[end] = this.ids[0];
      distances[end] = this.distances[0];
      if (end > 0) this.#siftDown(this.ids[end], this.distances[end], end);
    }
    this.size = 0;
    this.threshold = Infinity;
    return { ids, distances };
  }

  /** Whether (idA, a) ranks after (idB, b). */
  #worse(idA: number, a: number, idB: number, b: number): boolean {
    return a > b || (a === b && idA > idB);
  }

  #siftUp(start: number, id: number, distance: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#worse(id, distance, this.ids[parent], this.distances[parent])) break;
      this.ids[at] = this.ids[parent];
      this.distances[at] = this.distances[parent];
      at = parent;
    }
    this.ids[at] = id;
    this.distances[at] = distance;
  }

  #siftDown(id: number, distance: number, size: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && this.#worse(this.ids[right], this.distances[right], this.ids[child], this.distances[child])) {
        child = right;
      }
      if (!this.#worse(this.ids[child], this.distances[child], id, distance)) break;
      this.ids[at] = this.ids[child];
      this.distances[at] = this.distances[child];
      at = child;
    }
    this.ids[at] = id;
    this.distances[at] = distance;
  }
}
