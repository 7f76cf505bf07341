// Features whose nearest neighbours are known.

/** Features in clear clusters: (clusters * each, d), row i in cluster i % clusters. */
export function clusteredFeatures(
  random: { normal(): number },
  clusters: number,
  each: number,
  d: number,
  spread = 0.35,
): Float32Array<ArrayBuffer> {
  const centres = Array.from({ length: clusters }, () => Array.from({ length: d }, () => random.normal()));
  const out = new Float32Array(clusters * each * d);
  for (let i = 0; i < clusters * each; i++)
    for (let t = 0; t < d; t++) out[i * d + t] = centres[i % clusters][t] + spread * random.normal();
  return out;
}
