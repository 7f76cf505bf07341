// Days as people and addresses write them: 2024-12-24. Wall-clock time, so that a day is the same everywhere.

const DAY = 86_400_000;

/** @returns the day's first millisecond, or undefined where it is no day */
export function parseDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || dayOf(time) !== text ? undefined : time;
}

/** @param time wall-clock milliseconds */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The first millisecond after a day. @param start its first */
export const endOfDay = (start: number): number => start + DAY;

/** The last day before a time, as its first millisecond. @param end as endOfDay gives it */
export const lastDayBefore = (end: number): number => end - DAY;
