// Which ids may be among the results, as a bitmap.

/** Bit i % 32 of word i / 32 lets id i through; ids beyond the last word are passed over. */
export type IdSelector = Uint32Array;

export function selectorOf(ids: Iterable<number>): Uint32Array<ArrayBuffer> {
  const all = Uint32Array.from(ids);
  const bits = new Uint32Array(Math.floor(all.reduce((most, id) => Math.max(most, id), 0) / 32) + 1);
  for (const id of all) bits[id >>> 5] |= 1 << (id & 31);
  return bits;
}

/** Lets all ids up to one through but some. */
export function selectorWithout(ids: Iterable<number>, highest: number): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(Math.floor(highest / 32) + 1).fill(0xffff_ffff);
  for (const id of ids) if (id <= highest) bits[id >>> 5] &= ~(1 << (id & 31));
  return bits;
}

/** Whether an id is let through; without a selector, every one is. */
export function selects(selector: IdSelector | undefined, id: number): boolean {
  return selector === undefined || (((selector[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 1;
}
