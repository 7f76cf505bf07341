// Vectors of photos taken at random, to which queries are compared.

export class BackgroundSample {
  readonly #rows: Float32Array;
  readonly #d: number;

  /** @param rows float32, (n, d) */
  constructor(rows: Float32Array, d: number) {
    this.#rows = rows;
    this.#d = d;
  }

  /** Inner products of a vector, float32 (d), with each. float32, (n). */
  likenessesTo(vector: Float32Array): Float32Array<ArrayBuffer> {
    const out = new Float32Array(this.#rows.length / this.#d);
    for (let i = 0, at = 0; i < out.length; i++) {
      let dot = 0;
      for (let t = 0; t < this.#d; t++, at++) dot += vector[t] * this.#rows[at];
      out[i] = dot;
    }
    return out;
  }
}
