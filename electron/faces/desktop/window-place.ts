// Where the window was, kept from one start to the next, on the screens that there are.
import { z } from 'zod';
import { readSmallFile } from './small-file.ts';

const place = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(200).max(20_000),
  height: z.int().min(200).max(20_000),
  isMaximized: z.boolean(),
});

/** Pixels of the screen, as the system counts them. */
export interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type WindowPlace = z.infer<typeof place>;

/** What shows of the window at least, so that it can be taken hold of. */
const LEAST_SHOWN = 100;

/** Undefined where nothing can be read: the window then opens as at the first start. */
export const readPlace = (file: string): WindowPlace | undefined => readSmallFile(file, place);

/**
 * @param screens what each screen leaves free of the system's own bars; at least one
 * @returns where the window opens: as it was, where enough of its upper edge shows; else in the middle of the first screen, no larger than that
 */
export function placeOn(kept: Area, screens: readonly Area[]): Area {
  const isReachable = screens.some(({ x, y, width, height }) => {
    const shown = Math.min(kept.x + kept.width, x + width) - Math.max(kept.x, x);
    return shown >= LEAST_SHOWN && kept.y >= y && kept.y <= y + height - LEAST_SHOWN;
  });
  if (isReachable) return { x: kept.x, y: kept.y, width: kept.width, height: kept.height };
  const [first] = screens;
  const width = Math.min(kept.width, first!.width);
  const height = Math.min(kept.height, first!.height);
  return {
    x: first!.x + Math.round((first!.width - width) / 2),
    y: first!.y + Math.round((first!.height - height) / 2),
    width,
    height,
  };
}
