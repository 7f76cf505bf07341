// Errors that a person or another program is meant to read. Anything else that is thrown is a fault of ours.
import { inEnglish, verbatim, type Sentence } from './sentence.ts';

export const errorCodes = [
  'bad-input',
  'not-found',
  'already-running',
  'unreadable',
  /** The catalogue does not hold what it should. */
  'damaged',
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

/** says: what was expected, what came, what to do. Plain text only where nothing but the command line shows it. */
export class LikenessError extends Error {
  override readonly name = 'LikenessError';
  readonly code: ErrorCode;
  readonly said: Sentence;

  constructor(code: ErrorCode, says: Sentence | string, options?: ErrorOptions) {
    const said = typeof says === 'string' ? verbatim(says) : says;
    super(inEnglish(said), options);
    this.code = code;
    this.said = said;
  }
}

/** How an error crosses a wire: its sentence, and the same in English. */
export interface ErrorMessage {
  code: ErrorCode;
  message: string;
  said: Sentence;
}

export function toErrorMessage(error: unknown): ErrorMessage {
  if (error instanceof LikenessError) return { code: error.code, message: error.message, said: error.said };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, said: verbatim(message) };
}

export const fromErrorMessage = ({ code, said }: ErrorMessage): LikenessError => new LikenessError(code, said);

/** What went wrong, as a part of another sentence. */
export function saidBy(error: unknown): Sentence {
  return toErrorMessage(error).said;
}
