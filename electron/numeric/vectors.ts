// Lengths and angles of vectors.

/** Below this, a squared length counts as zero. */
const ZERO = 1e-20;

/** A copy at unit length; zeros stay zeros. */
export function normalized(vector: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const out = Float32Array.from(vector);
  normalizeRows(out, out.length);
  return out;
}

/** Brings each row to unit length, in place; zeros stay zeros. @param rows float32, (n, d) */
export function normalizeRows(rows: Float32Array, d: number): void {
  for (let at = 0; at < rows.length; at += d) {
    let sum = 0;
    for (let i = at; i < at + d; i++) sum += rows[i] * rows[i];
    const scale = sum > ZERO ? 1 / Math.sqrt(sum) : 0;
    for (let i = at; i < at + d; i++) rows[i] *= scale;
  }
}

/** The cosine of two vectors of any length; 0 where one is all zeros. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa > 0 && bb > 0 ? dot / Math.sqrt(aa * bb) : 0;
}
