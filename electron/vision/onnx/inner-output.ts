// Features from inside a network: a tensor that its file computes but does not give out.

/**
 * An ONNX file that also gives out an inner tensor. Protocol Buffers merge a message that comes twice (encoding guide, "Last one
 * wins"), so that a second graph with nothing but one more output, put behind the file, adds that output to the first.
 * @param file of onnx.proto's ModelProto
 * @param name of a float32 tensor in its graph
 */
export function withOutput(file: Uint8Array, name: string): Uint8Array {
  const FLOAT = 1;
  const tensorType = field(1, [(1 << 3) | 0, FLOAT]);
  const valueInfo = [...field(1, [...new TextEncoder().encode(name)]), ...field(2, tensorType)];
  const graph = field(7, field(12, valueInfo));
  const out = new Uint8Array(file.length + graph.length);
  out.set(file);
  out.set(graph, file.length);
  return out;
}

/** A field that holds bytes. */
function field(number: number, bytes: readonly number[]): number[] {
  return [(number << 3) | 2, ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
