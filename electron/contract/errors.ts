// Errors that a person or another program is meant to read. Anything else that is thrown is a fault of ours.

export const errorCodes = [
  'bad-input',
  'not-found',
  'already-running',
  'unreadable',
  /** A file is no longer what it was: it is read again when it has come to rest. */
  'changed',
  'no-space',
  /** Broken off because whoever asked does not want the answer any more. */
  'cancelled',
  'unavailable',
  'unsupported',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** message: what was expected, what came, what to do. */
export class LikenessError extends Error {
  override readonly name = 'LikenessError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** How an error crosses a wire. */
export interface ErrorMessage {
  code: ErrorCode;
  message: string;
}

export function toErrorMessage(error: unknown): ErrorMessage {
  if (error instanceof LikenessError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}
