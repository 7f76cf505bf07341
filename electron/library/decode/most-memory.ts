/** Bytes that a reader process may hold. */
export const MOST_MEMORY = 2 ** 30;
