// A disk without room.

/** Whether an error says that there is no room left to write. */
export function isOutOfSpace(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === 'SQLITE_FULL' || code === 'ENOSPC';
}
