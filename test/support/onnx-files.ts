// Small ONNX files made for tests: a few fields of onnx.proto, encoded as Protocol Buffers lay them out.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

type Field = [number, bigint | number | string | Uint8Array | Field[]];

const FLOAT = 1;
const INT64 = 7;

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

function message(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'bigint' || typeof value === 'number')
        return [varint(BigInt(number << 3)), varint(BigInt(value))];
      const bytes =
        typeof value === 'string' ? Buffer.from(value) : value instanceof Uint8Array ? value : message(value);
      return [varint(BigInt((number << 3) | 2)), varint(BigInt(bytes.length)), bytes];
    }),
  );
}

/** dims: a number, or a name where it is free. */
const tensorType = (name: string, dims: readonly (number | string)[], type = FLOAT): Field[] => [
  [1, name],
  [
    2,
    [
      [
        1,
        [
          [1, type],
          [2, dims.map((dim): Field => [1, [typeof dim === 'number' ? [1, dim] : [2, dim]]])],
        ],
      ],
    ],
  ],
];
const ints = (name: string, values: readonly number[]): Field => [
  5,
  [[1, name], ...values.map((value): Field => [8, value]), [20, 7]],
];
const int = (name: string, value: number): Field => [
  5,
  [
    [1, name],
    [3, value],
    [20, 2],
  ],
];
const floats = (name: string, dims: readonly number[], values: readonly number[]): Field => [
  5,
  [...dims.map((dim): Field => [1, dim]), [2, FLOAT], [8, name], [9, new Uint8Array(Float32Array.from(values).buffer)]],
];
const longs = (name: string, values: readonly number[]): Field => [
  5,
  [
    [1, values.length],
    [2, INT64],
    [8, name],
    [9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer)],
  ],
];
const node = (
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Field[] = [],
): Field => [
  1,
  [...inputs.map((name): Field => [1, name]), ...outputs.map((name): Field => [2, name]), [4, type], ...attributes],
];

const SIDE = 32;

/** What can be asked of such a file. */
export type Kind =
  | 'layout'
  | 'contrast'
  | 'not finite'
  | 'not finite of green'
  | 'classes'
  | 'always the same'
  | 'too much memory'
  | 'another size than it says';

/** A network that looks at 32 x 32 pixels: 'layout' gives the mean colours of 8 x 8 cells. */
export function onnxFile(kind: Kind): Uint8Array<ArrayBuffer> {
  const cell = 4;
  const dimensions = 3 * (SIDE / cell) ** 2;
  const pool = node(
    'AveragePool',
    ['pixels'],
    ['cells'],
    [ints('kernel_shape', [cell, cell]), ints('strides', [cell, cell])],
  );
  const flattenTo = (from: string, to: string): Field => node('Flatten', [from], [to], [int('axis', 1)]);
  const flatten = (from: string): Field => flattenTo(from, 'features');
  const bodies: Record<Kind, Field[]> = {
    layout: [pool, flatten('cells')],
    // The same cells, squared.
    contrast: [pool, node('Mul', ['cells', 'cells'], ['squares']), flatten('squares')],
    'not finite': [
      pool,
      node('Sub', ['cells', 'much'], ['negative']),
      node('Sqrt', ['negative'], ['nothing']),
      flatten('nothing'),
      floats('much', [1], [1e6]),
    ],
    // As published networks end: features inside ('inner'), of which the file gives only what is said of classes.
    classes: [pool, flattenTo('cells', 'inner'), node('Softmax', ['inner'], ['features'], [int('axis', 1)])],
    // A third of red - green + blue, and what keeps its root a number of anything but pure green.
    'not finite of green': [
      pool,
      node('Mul', ['cells', 'signs'], ['signed']),
      node('ReduceMean', ['signed'], ['mean'], [ints('axes', [1])]),
      node('Add', ['mean', 'enough'], ['raised']),
      node('Sqrt', ['raised'], ['root']),
      node('Add', ['cells', 'root'], ['sum']),
      flatten('sum'),
      floats('signs', [1, 3, 1, 1], [1, -1, 1]),
      floats('enough', [1], [0.2]),
    ],
    'always the same': [pool, node('Mul', ['cells', 'zero'], ['zeros']), flatten('zeros'), floats('zero', [1], [0])],
    'too much memory': [
      node('ConstantOfShape', ['giant'], ['space']),
      node('ReduceMax', ['space'], ['most'], [int('keepdims', 0)]),
      pool,
      node('Add', ['cells', 'most'], ['sum']),
      flatten('sum'),
      longs('giant', [1 << 20, 1 << 22]),
    ],
    'another size than it says': [
      pool,
      node('Concat', ['cells', 'cells'], ['twice'], [int('axis', 1)]),
      flatten('twice'),
    ],
  };
  return modelOf([
    ...bodies[kind],
    [11, tensorType('pixels', ['n', 3, SIDE, SIDE])],
    [12, tensorType('features', kind === 'another size than it says' ? ['n', 'd'] : ['n', dimensions])],
  ]);
}

function modelOf(graph: readonly Field[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    message([
      [1, 8],
      [
        8,
        [
          [1, ''],
          [2, 13],
        ],
      ],
      [7, [...graph, [2, 'graph']]],
    ]),
  );
}

/**
 * The image side of a pair of towers, its tensors named as transformers names them: the mean colours of 8 x 8 cells.
 * @param output 'image_embeds' as CLIP gives them; 'last_hidden_state' as DINOv2 does: a first vector of them, and one a cell
 */
export function imageTower(output: 'image_embeds' | 'last_hidden_state'): Uint8Array<ArrayBuffer> {
  const cell = [ints('kernel_shape', [4, 4]), ints('strides', [4, 4])];
  const free = ['batch', 'channels', 'height', 'width'];
  const cells = node('AveragePool', ['pixel_values'], ['cells'], cell);
  if (output === 'image_embeds')
    return modelOf([
      cells,
      node('Flatten', ['cells'], [output], [int('axis', 1)]),
      [11, tensorType('pixel_values', free)],
      [12, tensorType(output, ['batch', 192])],
    ]);
  return modelOf([
    cells,
    node('Reshape', ['cells', 'rows'], ['flat']),
    node('Transpose', ['flat'], ['patches'], [ints('perm', [0, 2, 1])]),
    node('ReduceMax', ['patches'], ['first'], [ints('axes', [1])]),
    node('Concat', ['first', 'patches'], [output], [int('axis', 1)]),
    longs('rows', [0, 3, -1]),
    [11, tensorType('pixel_values', free)],
    [12, tensorType(output, ['batch', 'patches', 3])],
  ]);
}

/**
 * The text side: the mean of what its tokens stand for.
 * @param table a row a token
 * @param inputs beside input_ids, as exports declare them
 */
export function textTower(
  table: readonly (readonly number[])[],
  output: 'text_embeds' | 'pooler_output',
  inputs: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const d = table[0].length;
  return modelOf([
    node('Gather', ['table', 'input_ids'], ['tokens']),
    node('ReduceMean', ['tokens'], [output], [ints('axes', [1]), int('keepdims', 0)]),
    floats('table', [table.length, d], table.flat()),
    ...['input_ids', ...inputs].map((name): Field => [11, tensorType(name, ['batch', 'length'], INT64)]),
    [12, tensorType(output, ['batch', d])],
  ]);
}

/** The JSON that says how to feed it. */
export function description(name: string, more: object = {}): string {
  return JSON.stringify({ name, licence: 'CC0-1.0', input: { mean: [0, 0, 0], deviation: [255, 255, 255] }, ...more });
}

/** Writes both beside each other. */
export function writeOnnxFile(path: string, kind: Kind, name: string, more?: object): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, onnxFile(kind));
  writeFileSync(path.replace(/onnx$/, 'json'), description(name, more));
  return path;
}
