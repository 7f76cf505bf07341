// Words among codes. A text lies in the space of the features, but codes stand for hidden vectors: a query of words is the
// vector whose inner products with what the codes of photos stand for come nearest to the text's with their features (ridge
// regression, Hoerl and Kennard 1970, over photos of the library). So the codes need no lesson about words.
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { normalized } from '../numeric/vectors.ts';

/** Weight of the penalty, as a share of the mean variance of a dimension. Chosen in docs/experiments/words.md. */
const RIDGE = 0.03;

export class WordMap {
  readonly #decoded: Float32Array;
  readonly #features: Float32Array;
  readonly #n: number;
  readonly #D: number;
  readonly #d: number;
  readonly #solver: CholeskyDecomposition;

  /**
   * @param decoded float32, (n, D): what the codes of photos at random stand for
   * @param features float32, (n, d): of the same photos, of any length
   */
  constructor(decoded: Float32Array, features: Float32Array, D: number, d: number) {
    const n = decoded.length / D;
    if (!Number.isInteger(n) || features.length !== n * d)
      throw new RangeError(
        `Expected as many rows of ${d} features as of codes of ${D} numbers, got ${features.length / d} and ${n}`,
      );
    [this.#n, this.#D, this.#d] = [n, D, d];
    this.#decoded = centred(decoded, D);
    this.#features = new Float32Array(n * d);
    for (let i = 0; i < n; i++) this.#features.set(normalized(features.subarray(i * d, (i + 1) * d)), i * d);
    this.#solver = new CholeskyDecomposition(covariance(this.#decoded, D));
  }

  /** Cosines of a text, float32 (d), with the features of the photos. float32, (n). */
  likenessesTo(text: Float32Array): Float32Array<ArrayBuffer> {
    const unit = normalized(text);
    const d = this.#d;
    return Float32Array.from({ length: this.#n }, (_, i) => {
      let dot = 0;
      for (let t = 0; t < d; t++) dot += unit[t] * this.#features[i * d + t];
      return dot;
    });
  }

  /** The vector among hidden ones that stands for a text, float32 (d). float32, (D), unit length. */
  vectorOf(text: Float32Array): Float32Array<ArrayBuffer> {
    const wanted = this.likenessesTo(text);
    const mean = wanted.reduce((sum, value) => sum + value, 0) / this.#n;
    const D = this.#D;
    const right = new Float64Array(D);
    for (let i = 0; i < this.#n; i++)
      for (let t = 0; t < D; t++) right[t] += (this.#decoded[i * D + t] * (wanted[i] - mean)) / this.#n;
    return normalized(Float32Array.from(this.#solver.solve(Matrix.columnVector(right)).to1DArray()));
  }
}

/** Rows less their mean. */
function centred(rows: Float32Array, D: number): Float32Array<ArrayBuffer> {
  const n = rows.length / D;
  const mean = new Float64Array(D);
  for (let i = 0; i < rows.length; i++) mean[i % D] += rows[i] / n;
  return Float32Array.from(rows, (value, i) => value - mean[i % D]);
}

/** (D, D), of centred rows, with the penalty on its diagonal. */
function covariance(rows: Float32Array, D: number): Matrix {
  const n = rows.length / D;
  const sums = new Float64Array(D * D);
  for (let i = 0; i < n; i++) {
    const row = rows.subarray(i * D, (i + 1) * D);
    for (let a = 0; a < D; a++) for (let b = a; b < D; b++) sums[a * D + b] += row[a] * row[b];
  }
  let trace = 0;
  for (let a = 0; a < D; a++) trace += sums[a * D + a] / n;
  const penalty = Math.max((RIDGE * trace) / D, 1e-9);
  const out = new Matrix(D, D);
  for (let a = 0; a < D; a++)
    for (let b = a; b < D; b++) {
      const value = sums[a * D + b] / n + (a === b ? penalty : 0);
      out.set(a, b, value);
      out.set(b, a, value);
    }
  return out;
}
