// An order in which copies and shots of one moment lie on each other: closed, one stands for all; open, they stand side by side.
import type { ShownOrder } from './order.ts';

export interface Stack {
  /** Photos in it that are in the order. */
  readonly size: number;
  readonly isOpen: boolean;
  /** The photo on top. */
  readonly top: number;
}

export interface StackedOrder extends ShownOrder {
  /** Of the photos that stand in the order and belong to a stack; of those under a closed one too. */
  readonly stacks: ReadonlyMap<number, Stack>;
}

export const unstacked = (order: ShownOrder): StackedOrder => ({ ...order, stacks: new Map() });

/**
 * @param stacks photo ids of each, the one on top first; where that is not in the order, the next one is on top
 * @param isOpen whether a stack is open, by its photos
 */
export function stackUp(
  order: ShownOrder,
  stacks: readonly (readonly number[])[],
  isOpen: (photoIds: readonly number[]) => boolean,
): StackedOrder {
  const places = placesOf(order.ids, new Set(stacks.flat()));
  const known = new Map<number, Stack>();
  /** Places of the photos that follow the one on top at its place; none where they are covered. */
  const followers = new Map<number, readonly number[]>();
  const moved = new Set<number>();
  for (const photoIds of stacks) {
    const there = photoIds.filter((id) => places.has(id));
    if (there.length < 2) continue;
    const open = isOpen(photoIds);
    const [top, ...others] = there.map((id) => places.get(id)!);
    for (const id of there) known.set(id, { size: there.length, isOpen: open, top: there[0] });
    for (const place of others) moved.add(place);
    if (open)
      followers.set(
        top,
        others.sort((a, b) => a - b),
      );
  }
  if (known.size === 0) return unstacked(order);

  const wanted: number[] = [];
  const months: { at: number; year: number; month: number }[] = [];
  order.months.forEach(({ at, year, month }, i) => {
    const start = wanted.length;
    for (let place = at; place < (order.months[i + 1]?.at ?? order.ids.length); place++)
      if (!moved.has(place)) wanted.push(place, ...(followers.get(place) ?? []));
    if (wanted.length > start) months.push({ at: start, year, month });
  });
  return {
    ids: Uint32Array.from(wanted, (place) => order.ids[place]),
    aspects: Float32Array.from(wanted, (place) => order.aspects[place]),
    colours: Uint32Array.from(wanted, (place) => order.colours[place]),
    months,
    stacks: known,
  };
}

function placesOf(ids: Uint32Array, wanted: ReadonlySet<number>): Map<number, number> {
  const places = new Map<number, number>();
  for (let place = 0; wanted.size > places.size && place < ids.length; place++)
    if (wanted.has(ids[place])) places.set(ids[place], place);
  return places;
}

/** The place of a photo, or of the one that it lies under; -1 where it is not there. */
export function placeIn({ ids, stacks }: StackedOrder, photoId: number): number {
  const place = ids.indexOf(photoId);
  const stack = place < 0 ? stacks.get(photoId) : undefined;
  return stack ? ids.indexOf(stack.top) : place;
}
