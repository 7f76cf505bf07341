// Groups of things that are linked in pairs, without drift: in a chain the last may have nothing of the first.

/**
 * Each group is a star: all of it is linked to its middle. What has the most links becomes a middle first; nothing is in two groups.
 * @param links pairs of ids, in any order, each once or more often
 * @returns groups of two and more, the middle first, the others by their ids; the largest group first
 */
export function stars(links: Iterable<readonly [number, number]>): number[][] {
  const linked = new Map<number, Set<number>>();
  const to = (id: number): Set<number> => {
    const others = linked.get(id) ?? new Set();
    linked.set(id, others);
    return others;
  };
  for (const [a, b] of links) {
    if (a === b) continue;
    to(a).add(b);
    to(b).add(a);
  }
  // By how many of its links are left; who loses one goes a step down. What stands where it no longer belongs is passed over.
  const left = new Map(Array.from(linked, ([id, others]) => [id, others.size]));
  const byLeft: number[][] = [];
  for (const [id, count] of left) (byLeft[count] ??= []).push(id);
  const groups: number[][] = [];
  for (let most = byLeft.length - 1; most > 0; most--) {
    for (const middle of (byLeft[most] ?? []).sort((x, y) => x - y)) {
      if (left.get(middle) !== most) continue;
      const others = [...linked.get(middle)!].filter((id) => left.has(id)).sort((x, y) => x - y);
      groups.push([middle, ...others]);
      for (const id of groups.at(-1)!) left.delete(id);
      for (const gone of others) {
        for (const id of linked.get(gone)!) {
          const count = left.get(id);
          if (count === undefined) continue;
          left.set(id, count - 1);
          (byLeft[count - 1] ??= []).push(id);
        }
      }
    }
  }
  return groups;
}
