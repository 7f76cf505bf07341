// Stars as they are written.
export const MOST_STARS = 5;

export const stars = (n: number): string => '★'.repeat(n);
