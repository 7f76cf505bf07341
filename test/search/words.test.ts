import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/numeric/random.ts';
import { cosine } from '../../electron/numeric/vectors.ts';
import { scoreOf, wordScale } from '../../electron/search/background.ts';
import { balanced, combineExamples } from '../../electron/search/query.ts';
import { WordMap } from '../../electron/search/word-map.ts';

const random = seededRandom(8);
const normals = (n: number): Float32Array<ArrayBuffer> => Float32Array.from({ length: n }, () => random.normal());

describe('What words are among codes', () => {
  const [n, d, D] = [1000, 40, 24];
  // Codes tell the features through a linear map, and something of their own.
  const features = normals(n * d);
  const map = normals(d * D);
  const decoded = Float32Array.from({ length: n * D }, (_, at) => {
    const [i, t] = [Math.floor(at / D), at % D];
    let sum = 3 + 0.1 * random.normal();
    for (let s = 0; s < d; s++) sum += (features[i * d + s] * map[s * D + t]) / Math.sqrt(d);
    return sum;
  });
  const words = new WordMap(decoded, features, D, d);

  it('has products with codes that go with the likenesses of the text to the features', () => {
    // Of a text that the codes can tell: a direction of the map.
    const text = Float32Array.from({ length: d }, (_, s) => map[s * D]);
    const likenesses = words.likenessesTo(text);
    const vector = words.vectorOf(text);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    const products = Float32Array.from({ length: n }, (_, i) => {
      let dot = 0;
      for (let t = 0; t < D; t++) dot += vector[t] * decoded[i * D + t];
      return dot;
    });
    const centred = (values: Float32Array): Float32Array => {
      const mean = values.reduce((sum, value) => sum + value, 0) / n;
      return values.map((value) => value - mean);
    };
    expect(cosine(centred(products), centred(likenesses))).toBeGreaterThan(0.95);
  });

  it('is found however few photos there are', () => {
    const few = new WordMap(decoded.slice(0, 3 * D), features.slice(0, 3 * d), D, d);
    expect(few.vectorOf(normals(d)).every(Number.isFinite)).toBe(true);
    expect(() => new WordMap(decoded, features.slice(d), D, d)).toThrow(RangeError);
  });
});

describe('Examples of several kinds', () => {
  it('count alike, however much their likenesses differ from photo to photo', () => {
    const [a, b] = [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0)];
    // Photos differ ten times as much along the first direction as along the second.
    const photos = Array.from({ length: 500 }, () => [10 * random.normal(), random.normal(), 0]);
    const likenessesTo = (vector: Float32Array): Float32Array =>
      Float32Array.from(photos, (photo) => photo.reduce((sum, value, t) => sum + value * vector[t], 0));
    const both = [a, b].map((vector) => ({ vector, weight: 1 }));
    const query = combineExamples({ positives: balanced(both, likenessesTo), negatives: [] });
    const spread = (vector: Float32Array, part: number): number => Math.abs(vector[part]) * (part === 0 ? 10 : 1);
    expect(spread(query, 0) / spread(query, 1)).toBeGreaterThan(0.85);
    expect(spread(query, 0) / spread(query, 1)).toBeLessThan(1.15);
  });
});

describe('The scale of words', () => {
  it('counts from how far a photo stands out, whatever cosines words reach', () => {
    for (const [centre, spread] of [
      [0.2, 0.02],
      [-0.03, 0.01],
    ]) {
      const scale = wordScale(
        Float32Array.from({ length: 2000 }, () => centre + spread * random.normal()),
        1,
      );
      expect(scoreOf(centre, scale)).toBe(0);
      expect(scoreOf(centre + 4.3 * spread, scale)).toBeGreaterThan(scale.alike);
      expect(scoreOf(centre + 9 * spread, scale)).toBe(1);
    }
  });
});
