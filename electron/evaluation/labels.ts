// Classes of photos, of which a photo may have several: a bit for each.

export interface Labels {
  /** Photos. */
  readonly count: number;
  /** Words of 32 bits that each photo takes. */
  readonly words: number;
  /** uint32, (count, words). */
  readonly bits: Uint32Array;
}

/** @param all class numbers of each photo, each below classes */
export function labelsOf(all: readonly (readonly number[])[], classes: number): Labels {
  const words = Math.max(1, Math.ceil(classes / 32));
  const bits = new Uint32Array(all.length * words);
  all.forEach((labels, i) => {
    for (const label of labels) bits[i * words + (label >>> 5)] |= 1 << (label & 31);
  });
  return { count: all.length, words, bits };
}

/** Whether two photos have a class in common: what the field counts as relevant. */
export function sharesLabel(a: Labels, i: number, b: Labels, j: number): boolean {
  for (let w = 0; w < a.words; w++) if ((a.bits[i * a.words + w] & b.bits[j * b.words + w]) !== 0) return true;
  return false;
}

export function pickLabels({ words, bits }: Labels, members: Int32Array): Labels {
  const picked = new Uint32Array(members.length * words);
  members.forEach((row, i) => picked.set(bits.subarray(row * words, (row + 1) * words), i * words));
  return { count: members.length, words, bits: picked };
}
