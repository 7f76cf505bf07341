// Whether a point lies in a polygon: a function of the catalogue's SQL.

let known: { text: string; corners: [number, number][] } | undefined;

/**
 * By the even-odd rule.
 * @param text corners [x, y], as JSON
 * @returns 1 or 0
 */
export function insidePolygon(x: number, y: number, text: string): 0 | 1 {
  // One polygon is asked about for many points.
  if (known?.text !== text) known = { text, corners: JSON.parse(text) as [number, number][] };
  const { corners } = known;
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [ax, ay] = corners[i]!;
    const [bx, by] = corners[j]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside ? 1 : 0;
}
