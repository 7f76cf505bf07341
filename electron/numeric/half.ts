// IEEE 754 half precision, in which vectors are stored: half the bytes, three significant digits.

/** @returns float16, same length, as bytes */
export function toHalf(values: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Float16Array(values).buffer);
}

/** @param bytes float16, any alignment */
export function fromHalf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  return new Float32Array(new Float16Array(ownBuffer(bytes)));
}

/** A copy of the bytes in a buffer of their own, so that they can be seen as wider numbers. (Buffer's own slice copies nothing.) */
export function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
