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
  const groups: number[][] = [];
  const free = (id: number): number[] => [...linked.get(id)!].filter((other) => linked.has(other));
  // By how many links are left: a heap would save little, since most have one.
  let open = [...linked.keys()].sort((a, b) => a - b);
  for (let most = Math.max(0, ...[...linked.values()].map(({ size }) => size)); most > 0; most--) {
    for (const middle of open) {
      if (!linked.has(middle)) continue;
      const others = free(middle);
      if (others.length < most) continue;
      groups.push([middle, ...others.sort((a, b) => a - b)]);
      for (const id of [middle, ...others]) linked.delete(id);
    }
    open = open.filter((id) => linked.has(id));
  }
  return groups;
}
