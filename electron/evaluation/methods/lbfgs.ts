// Minimising a smooth function of many numbers: L-BFGS (Nocedal and Wright 2006, algorithms 7.4 and 7.5) with backtracking
// (algorithm 3.1).

/** @returns the value at x; fills the gradient */
export type Objective = (x: Float32Array, gradient: Float32Array) => number | Promise<number>;

const MEMORY = 8;
const SUFFICIENT = 1e-4;
const LEAST_STEP = 1e-6;

/**
 * @param x where to begin; left as it is
 * @param steps at most; fewer where nothing is gained any more
 */
export async function minimize(
  x: Float32Array,
  objective: Objective,
  steps: number,
): Promise<Float32Array<ArrayBuffer>> {
  const size = x.length;
  let at = Float32Array.from(x);
  let gradient: Float32Array<ArrayBuffer> = new Float32Array(size);
  let value = await objective(at, gradient);
  const past: { moved: Float32Array; turned: Float32Array; scale: number }[] = [];
  for (let step = 0; step < steps; step++) {
    const direction = descent(gradient, past);
    const slope = dot(direction, gradient);
    if (!(slope < 0)) break;
    const tried = new Float32Array(size);
    const there = new Float32Array(size);
    let length = past.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    let next = Infinity;
    for (; length > LEAST_STEP; length /= 2) {
      for (let i = 0; i < size; i++) tried[i] = at[i] + length * direction[i];
      next = await objective(tried, there);
      if (next <= value + SUFFICIENT * length * slope) break;
    }
    if (!(next < value)) break;
    const moved = tried.map((to, i) => to - at[i]);
    const turned = there.map((to, i) => to - gradient[i]);
    const curvature = dot(moved, turned);
    if (curvature > 1e-12) past.push({ moved, turned, scale: 1 / curvature });
    if (past.length > MEMORY) past.shift();
    [at, gradient, value] = [tried, there, next];
  }
  return at;
}

/** The two-loop recursion: the gradient, downhill, by the curvature that was met. */
function descent(
  gradient: Float32Array,
  past: readonly { moved: Float32Array; turned: Float32Array; scale: number }[],
): Float32Array {
  const direction = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { moved, turned, scale } of past.toReversed()) {
    const share = scale * dot(moved, direction);
    shares.unshift(share);
    for (let i = 0; i < direction.length; i++) direction[i] -= share * turned[i];
  }
  const last = past.at(-1);
  if (last) {
    const first = 1 / (last.scale * dot(last.turned, last.turned));
    for (let i = 0; i < direction.length; i++) direction[i] *= first;
  }
  past.forEach(({ moved, turned, scale }, p) => {
    const share = shares[p] - scale * dot(turned, direction);
    for (let i = 0; i < direction.length; i++) direction[i] += share * moved[i];
  });
  return direction;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
