// How an ONNX image model wants its pictures: from the JSON beside it, and from the model itself where the
// JSON does not say.
import { z } from 'zod';
import type { PixelRequest } from '../../contract/pixels.ts';
import { LikenessError } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

const triple = z.tuple([z.number(), z.number(), z.number()]);
const LEAST_SIDE = 8;
const MOST_SIDE = 4096;
const MOST_DIMENSIONS = 65_536;
const MOST_AT_ONCE = 256;
const MOST_TOKENS = 4096;
const pixels = z.int().min(LEAST_SIDE).max(MOST_SIDE);

/** How the text side of a model that knows words wants them, in the files beside it that pack-files.ts names. */
export const textDescriptionSchema = z.strictObject({
  /** Tokens that it takes at most. */
  maxLength: z.int().min(2).max(MOST_TOKENS),
  /** 'longest' gives as many tokens as there are; 'max-length' fills up with the padding token to so many. */
  padding: z.enum(['longest', 'max-length']),
  /** The token that fills up; the one that the tokenizer calls so where nothing is said. */
  padToken: z.string().optional(),
  lowerCase: z.boolean().optional(),
  /** The output that lies in the space of the pictures, where it has several. */
  output: z.string().optional(),
});

export type TextDescription = z.output<typeof textDescriptionSchema>;

/** The form of the JSON. Every field may be left out; what neither it nor the model tells is asked for. */
export const descriptionSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  licence: z.string().max(200).optional(),
  /** Not read. Descriptions of earlier versions name their model here, and libraries hold copies of those. */
  file: z.string().optional(),
  input: z
    .strictObject({
      name: z.string().optional(),
      layout: z.enum(['NCHW', 'NHWC']).optional(),
      channels: z.enum(['RGB', 'BGR']).optional(),
      /** Pixels the short side is scaled to before the crop; without it, the size itself. */
      resizeShortSide: pixels.optional(),
      /** 'centre' crops; 'none' squeezes the whole picture in. */
      crop: z.enum(['centre', 'none']).optional(),
      /** Height and width. */
      size: z.tuple([pixels, pixels]).optional(),
      /** Per channel, in 0..255: the network is given (value - mean) / deviation. */
      mean: triple.optional(),
      deviation: triple.refine((values) => values.every((value) => value > 0), 'must be above 0').optional(),
      /** How pixels between pixels are found when a picture is scaled; lanczos3 where nothing is said. */
      kernel: z.enum(['nearest', 'linear', 'cubic', 'lanczos3']).optional(),
    })
    .optional(),
  output: z
    .strictObject({
      name: z.string().optional(),
      /** The name is that of a tensor inside the network, which the file does not give out. */
      inside: z.boolean().optional(),
      /** Of several vectors a picture, (n, vectors, dimensions) or (n, dimensions, height, width): the first, or their mean. */
      pooling: z.enum(['first', 'mean']).optional(),
      dimensions: z.int().min(1).max(MOST_DIMENSIONS).optional(),
    })
    .optional(),
  text: textDescriptionSchema.optional(),
});

/** The tensor inside the network that a description names as its output, if it does. A wrong description is refused by prepare. */
export function innerOutput(description: unknown): string | undefined {
  const { output } = descriptionSchema.safeParse(description ?? {}).data ?? {};
  return output?.inside ? output.name : undefined;
}

/** All vectors of a picture or a text, in the words of transformers' exports. */
const SEQUENCE = 'last_hidden_state';
/** One vector a picture in the space it shares with words, one a picture, and several. */
const USUAL_OUTPUTS: readonly string[] = ['image_embeds', 'pooler_output', SEQUENCE];

/** A tensor as the ONNX file declares it. A dimension that is free is a name or -1. */
export interface DeclaredTensor {
  name: string;
  type: string;
  shape: readonly (number | string)[];
}

/** Which of several vectors a picture counts. */
export type Pooling = 'first' | 'mean';

/** Everything that is needed to feed the model. */
export interface Preparation {
  name: string;
  licence: string | null;
  inputName: string;
  layout: 'NCHW' | 'NHWC';
  channels: 'RGB' | 'BGR';
  height: number;
  width: number;
  resizeShortSide: number;
  crop: 'centre' | 'none';
  mean: readonly [number, number, number];
  deviation: readonly [number, number, number];
  kernel?: NonNullable<PixelRequest['kernel']> | undefined;
  outputName: string;
  pooling?: Pooling | undefined;
  dimensions: number;
  /** The only batch size that the model takes, or null where it takes any. */
  fixedBatch: number | null;
}

/**
 * @param description the JSON's content, or undefined where there is none
 * @param fallbackName the file's name
 * @throws LikenessError 'bad-input' that names what is wrong or missing and where to write it
 */
export function prepare(
  description: unknown,
  inputs: readonly DeclaredTensor[],
  outputs: readonly DeclaredTensor[],
  fallbackName: string,
): Preparation {
  const parsed = descriptionSchema.safeParse(description ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw problem(fallbackName, say`its description has a wrong field "${issue.path.join('.')}": ${issue.message}`);
  }
  const { name, licence, input = {}, output = {} } = parsed.data;
  const inputTensor = pick(inputs, input.name, 'input', fallbackName);
  const outputTensor = pick(outputs, output.name ?? usualOutput(outputs, USUAL_OUTPUTS), 'output', fallbackName);
  if (inputTensor.type !== 'float32')
    throw problem(fallbackName, say`its input is ${inputTensor.type}; float32 was expected`);
  if (outputTensor.type !== 'float32')
    throw problem(fallbackName, say`its output is ${outputTensor.type}; float32 was expected`);
  if (inputTensor.shape.length !== 4) {
    throw problem(
      fallbackName,
      say`its input has ${inputTensor.shape.length} dimensions; a picture needs 4 (batch, channels, height, width)`,
    );
  }
  const layout = input.layout ?? layoutOf(inputTensor.shape);
  const size = input.size ?? sizeOf(inputTensor.shape, layout);
  const pooling = output.pooling ?? (outputTensor.name === SEQUENCE ? 'mean' : undefined);
  const dimensions = output.dimensions ?? dimensionsOf(outputTensor.shape, pooling);
  if (dimensions !== undefined && dimensions > MOST_DIMENSIONS) {
    throw problem(fallbackName, say`it gives ${dimensions} numbers a picture; at most ${MOST_DIMENSIONS} can be kept`);
  }
  const missing = [
    !layout && 'input.layout ("NCHW" or "NHWC")',
    !size && 'input.size ([height, width] in pixels)',
    !input.mean && 'input.mean (per channel, of values from 0 to 255)',
    !input.deviation && 'input.deviation (per channel, of values from 0 to 255)',
    !dimensions && 'output.dimensions',
  ].filter((field) => field !== false && field !== undefined);
  if (missing.length > 0) {
    throw problem(
      fallbackName,
      say`the file itself does not tell ${missing.join(', ')}; write it into a JSON file of the same name beside it`,
    );
  }
  const [height, width] = size!;
  if (Math.min(height, width) < LEAST_SIDE || Math.max(height, width) > MOST_SIDE) {
    throw problem(
      fallbackName,
      say`it looks at ${width} x ${height} pixels; from ${LEAST_SIDE} to ${MOST_SIDE} a side can be made`,
    );
  }
  const batch = inputTensor.shape[0];
  if (typeof batch === 'number' && batch > MOST_AT_ONCE) {
    throw problem(fallbackName, say`it takes ${batch} pictures at once; at most ${MOST_AT_ONCE} are given`);
  }
  return {
    name: name ?? fallbackName,
    licence: licence ?? null,
    inputName: inputTensor.name,
    layout: layout!,
    channels: input.channels ?? 'RGB',
    height,
    width,
    resizeShortSide: Math.max(input.resizeShortSide ?? 0, Math.min(height, width)),
    crop: input.crop ?? 'centre',
    mean: input.mean!,
    deviation: input.deviation!,
    kernel: input.kernel,
    outputName: outputTensor.name,
    pooling,
    dimensions: dimensions!,
    fixedBatch: typeof batch === 'number' && batch > 0 ? batch : null,
  };
}

/** The output of several that transformers' exports call by a usual name; the first of them that is there. */
export function usualOutput(outputs: readonly DeclaredTensor[], usual: readonly string[]): string | undefined {
  return outputs.length === 1 ? undefined : usual.find((name) => outputs.some((output) => output.name === name));
}

function pick(
  tensors: readonly DeclaredTensor[],
  name: string | undefined,
  side: string,
  file: string,
): DeclaredTensor {
  const names = tensors.map((tensor) => tensor.name).join(', ');
  if (name !== undefined) {
    const found = tensors.find((tensor) => tensor.name === name);
    if (!found) throw problem(file, say`it has no ${side} named "${name}"; it has ${names}`);
    return found;
  }
  if (tensors.length !== 1) {
    throw problem(
      file,
      say`it has several ${side}s (${names}); write ${side}.name into a JSON file of the same name beside it`,
    );
  }
  return tensors[0]!;
}

function layoutOf(shape: DeclaredTensor['shape']): 'NCHW' | 'NHWC' | undefined {
  if (shape[1] === 3) return 'NCHW';
  return shape[3] === 3 ? 'NHWC' : undefined;
}

function sizeOf(shape: DeclaredTensor['shape'], layout: 'NCHW' | 'NHWC' | undefined): [number, number] | undefined {
  const [height, width] = layout === 'NHWC' ? [shape[1], shape[2]] : [shape[2], shape[3]];
  return typeof height === 'number' && typeof width === 'number' && height > 0 && width > 0
    ? [height, width]
    : undefined;
}

/** The product of what follows the batch, where all of it is fixed: (n, d) as well as (n, d, 1, 1); of one vector where there are several. */
function dimensionsOf(shape: DeclaredTensor['shape'], pooling: Pooling | undefined): number | undefined {
  const rest = pooling === undefined ? shape.slice(1) : shape.length === 4 ? [shape[1]!] : shape.slice(-1);
  return rest.length > 0 && rest.every((size): size is number => typeof size === 'number' && size > 0)
    ? rest.reduce((a, b) => a * b, 1)
    : undefined;
}

function problem(file: string, what: Sentence): LikenessError {
  return new LikenessError('bad-input', say`The model ${file} cannot be used: ${what}.`);
}
