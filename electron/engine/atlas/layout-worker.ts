// The thread in which a map is laid out: begun once, then some rounds at a time.
import workerpool from 'workerpool';
import { seededRandom } from '../../numeric/random.ts';
import { epochsFor, fuzzyEdges, principalPlane, UmapLayout, type NeighbourGraph } from '../../numeric/umap.ts';

export interface LayoutBeginning {
  /** float32, (n, d) */
  readonly rows: Float32Array;
  readonly d: number;
  readonly graph: NeighbourGraph;
}

const SEED = 7;
let layout: UmapLayout | undefined;

workerpool.worker({
  /** @returns rounds that it will take */
  begin({ rows, d, graph }: LayoutBeginning): number {
    const random = seededRandom(SEED);
    const n = rows.length / d;
    const plane = principalPlane(rows, d, () => random.uniform());
    layout = new UmapLayout(fuzzyEdges(graph), plane, epochsFor(n), SEED);
    return layout.epochs;
  },

  /** @returns rounds done, and of how many */
  advance(rounds: number): [number, number] {
    layout!.advance(rounds);
    return [layout!.epoch, layout!.epochs];
  },

  /** @returns float32, (n, 2), in [0, 1]: the longer side of the map fills that */
  end: (): Float32Array => toUnitSquare(layout!.places),
});

function toUnitSquare(places: Float32Array): Float32Array {
  const [low, high] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ];
  for (let i = 0; i < places.length; i++) {
    low[i % 2] = Math.min(low[i % 2]!, places[i]!);
    high[i % 2] = Math.max(high[i % 2]!, places[i]!);
  }
  const side = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) || 1;
  return places.map((value, i) => 0.5 + (value - (low[i % 2]! + high[i % 2]!) / 2) / side);
}
