// Methods whose input is a file, or pictures one after the other. Over HTTP its bytes are the body, and the rest of the input, which is text, is
// in the address.
import type { MethodName } from './methods.ts';

/** The most bytes that the file may have. */
export const FILE_LIMITS = {
  /** A picture that is dropped or pasted. */
  addExample: 256 * 2 ** 20,
  /** An ONNX model that is added through a page. */
  addEmbedder: 512 * 2 ** 20,
  /** Frames of a video. */
  addVideo: 16 * 2 ** 20,
} as const satisfies Partial<Record<MethodName, number>>;

type FileMethod = keyof typeof FILE_LIMITS;

export function takesFile(method: string): method is FileMethod {
  return Object.hasOwn(FILE_LIMITS, method);
}
