/** One-cycle learning rate (Smith and Topin 2018), relative to its peak: a short climb, then a cosine down. @param progress in [0, 1] */
export function oneCycle(progress: number): number {
  const climb = 0.1;
  if (progress < climb) return 0.1 + (0.9 * progress) / climb;
  return 0.5 * (1 + Math.cos((Math.PI * (progress - climb)) / (1 - climb))) + 1e-3;
}
