import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/numeric/random.ts';
import { fuzzyEdges, principalPlane, UmapLayout, type NeighbourGraph } from '../../electron/numeric/umap.ts';
import { clusteredFeatures } from '../support/clustered-features.ts';

const K = 10;

function graphOf(rows: Float32Array, d: number): NeighbourGraph {
  const n = rows.length / d;
  const [neighbours, distances] = [new Int32Array(n * K), new Float32Array(n * K)];
  const distance = (a: number, b: number): number => {
    let sum = 0;
    for (let t = 0; t < d; t++) sum += (rows[a * d + t] - rows[b * d + t]) ** 2;
    return Math.sqrt(sum);
  };
  for (let i = 0; i < n; i++) {
    const others = Array.from({ length: n }, (_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => distance(i, a) - distance(i, b))
      .slice(0, K);
    others.forEach((j, place) => {
      neighbours[i * K + place] = j;
      distances[i * K + place] = distance(i, j);
    });
  }
  return { k: K, neighbours, distances };
}

describe('A neighbour graph', () => {
  const rows = clusteredFeatures(seededRandom(1), 3, 30, 8);
  const graph = graphOf(rows, 8);
  const { from, to, weights } = fuzzyEdges(graph);

  it('becomes pairs in both directions, each as sure as the other, the nearest always sure', () => {
    const sure = new Map([...from].map((a, e) => [`${a} ${to[e]}`, weights[e]]));
    expect(sure.size).toBe(from.length);
    for (const [pair, weight] of sure) expect(sure.get(pair.split(' ').reverse().join(' '))).toBe(weight);
    for (let i = 0; i < 90; i++) expect(sure.get(`${i} ${graph.neighbours[i * K]}`)).toBe(1);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  });

  it('of points that all lie on each other is sure of all', () => {
    const same = fuzzyEdges({ k: 2, neighbours: Int32Array.of(1, 2, 0, 2, 0, 1), distances: new Float32Array(6) });
    expect([...same.weights].every((weight) => weight === 1)).toBe(true);
  });
});

describe('A layout', () => {
  it('keeps apart what is apart: the nearest of a point are of its own cluster', () => {
    const rows = clusteredFeatures(seededRandom(4), 4, 50, 12);
    const random = seededRandom(2);
    const layout = new UmapLayout(
      fuzzyEdges(graphOf(rows, 12)),
      principalPlane(rows, 12, () => random.uniform()),
      200,
    );
    layout.advance(150);
    expect([layout.epoch, layout.isDone]).toEqual([150, false]);
    layout.advance(500);
    expect([layout.epoch, layout.isDone]).toEqual([200, true]);
    const { places } = layout;
    let right = 0;
    for (let i = 0; i < 200; i++) {
      let [best, least] = [-1, Infinity];
      for (let j = 0; j < 200; j++) {
        const away = Math.hypot(places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1]);
        if (j !== i && away < least) [best, least] = [j, away];
      }
      if (best % 4 === i % 4) right++;
    }
    expect(right).toBe(200);
  });

  it('is the same each time', () => {
    const draw = (): Float32Array => {
      const rows = clusteredFeatures(seededRandom(4), 4, 20, 12);
      const random = seededRandom(2);
      const layout = new UmapLayout(
        fuzzyEdges(graphOf(rows, 12)),
        principalPlane(rows, 12, () => random.uniform()),
        50,
      );
      layout.advance(50);
      return layout.places;
    };
    expect(draw()).toEqual(draw());
  });

  it('begins with the two directions in which the points differ most', () => {
    const rows = Float32Array.from({ length: 300 }, (_, at) =>
      at % 3 === 0 ? (at / 3) % 10 : at % 3 === 1 ? Math.floor(at / 30) / 5 : 0,
    );
    const plane = principalPlane(rows, 3, () => 0.7);
    const spread = (axis: number): number => {
      const values = [...plane].filter((_, i) => i % 2 === axis);
      return Math.max(...values) - Math.min(...values);
    };
    expect(spread(0)).toBeGreaterThan(3 * spread(1));
    expect(spread(1)).toBeGreaterThan(1);
  });
});
