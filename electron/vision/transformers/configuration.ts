// How a model of the transformers convention is fed, from the files that lie beside it: config.json,
// preprocessor_config.json and tokenizer_config.json. What they mean is documented with transformers' image processors
// (https://huggingface.co/docs/transformers/main_classes/image_processor) and models.
import { z } from 'zod';
import { LikenessError } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import type { descriptionSchema, Pooling, TextDescription } from '../onnx/description.ts';

type Description = z.input<typeof descriptionSchema>;

const count = z.int().min(1).max(65_536);
const size = z.union([
  count,
  z.looseObject({
    shortest_edge: count.optional(),
    longest_edge: count.optional(),
    height: count.optional(),
    width: count.optional(),
  }),
]);
const colours = z.union([z.tuple([z.number(), z.number(), z.number()]), z.number()]);

export const preprocessorSchema = z.looseObject({
  do_resize: z.boolean().nullish(),
  size: size.nullish(),
  /** As Pillow numbers them. */
  resample: z.int().nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: size.nullish(),
  /** Of models that scale to more than they crop: the share that is cropped. */
  crop_pct: z.number().min(0.1).max(1).nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: colours.nullish(),
  image_std: colours.nullish(),
  do_flip_channel_order: z.boolean().nullish(),
});

const tower = z.looseObject({
  hidden_size: count.optional(),
  projection_dim: count.optional(),
  image_size: size.optional(),
  max_position_embeddings: count.optional(),
});

export const configSchema = tower.extend({
  model_type: z.string().max(100),
  vision_config: tower.optional(),
  text_config: tower.optional(),
});

export const tokenizerConfigSchema = z.looseObject({
  model_max_length: z.number().nullish(),
  tokenizer_class: z.string().nullish(),
});

export type Config = z.output<typeof configSchema>;
export type Preprocessor = z.output<typeof preprocessorSchema>;
export type TokenizerConfig = z.output<typeof tokenizerConfigSchema>;

const KERNELS = new Map([
  [0, 'nearest'],
  [1, 'lanczos3'],
  [2, 'linear'],
  [3, 'cubic'],
] as const);

/** Vision transformers whose first vector, the class token's, stands for the picture. */
const FIRST_VECTOR = new Set([
  'dinov2',
  'dinov2_with_registers',
  'dinov3_vit',
  'vit',
  'vit_mae',
  'vit_msn',
  'deit',
  'beit',
  'data2vec-vision',
]);
/** Models whose text side learned from texts that were filled up to the full length, and without upper case. */
const FILLED_UP = new Set(['siglip', 'siglip2']);

/** What the files of one model say. */
export interface Configuration {
  readonly config: Config;
  readonly preprocessor: Preprocessor;
  /** Where it has a text side. */
  readonly tokenizer?: TokenizerConfig | undefined;
}

/**
 * @param name what the model is called
 * @throws LikenessError 'bad-input' where pictures cannot be made as it wants them
 */
export function toDescription(
  { config, preprocessor, tokenizer }: Configuration,
  name: string,
  licence: string | undefined,
): Description {
  return {
    name,
    ...(licence !== undefined && { licence }),
    input: { layout: 'NCHW', ...pictureOf(config, preprocessor, name) },
    output: outputOf(config),
    ...(tokenizer && { text: textOf(config, tokenizer) }),
  };
}

function pictureOf(config: Config, preprocessor: Preprocessor, name: string): NonNullable<Description['input']> {
  const { do_resize: resizes, do_center_crop: crops, resample } = preprocessor;
  const kernel = KERNELS.get((resample ?? 2) as 0);
  if (!kernel)
    throw problem(name, say`its pictures are scaled in a way that is not known here (resample ${resample!})`);
  const whole = sizeOf(config.vision_config?.image_size ?? config.image_size);
  const scaled = preprocessor.size;
  const shortEdge = shortEdgeOf(scaled, crops ?? false);
  const cropped = sizeOf(preprocessor.crop_size);
  const window = crops
    ? (cropped ?? whole)
    : (sizeOf(scaled) ?? (shortEdge ? [shortEdge, shortEdge] : undefined) ?? whole);
  if (!window || resizes === false)
    throw problem(name, say`its preprocessor_config.json does not say to what size pictures are made`);
  const [height, width] = window;
  const fromShare =
    preprocessor.crop_pct && !crops && shortEdge ? Math.round(shortEdge / preprocessor.crop_pct) : undefined;
  const short = crops ? (shortEdge ?? Math.max(...(sizeOf(scaled) ?? window))) : (fromShare ?? shortEdge);
  return {
    channels: preprocessor.do_flip_channel_order ? 'BGR' : 'RGB',
    size: [height, width],
    crop: short === undefined ? 'none' : 'centre',
    ...(short !== undefined && { resizeShortSide: short }),
    kernel,
    ...normalizationOf(preprocessor),
  };
}

/** (value * factor - mean) / deviation, as (value - mean) / deviation of values from 0 to 255. */
function normalizationOf(preprocessor: Preprocessor): { mean: Triple; deviation: Triple } {
  const { do_normalize: normalizes, do_rescale: rescales, rescale_factor: factor } = preprocessor;
  const scale = 1 / (rescales === false ? 1 : (factor ?? 1 / 255));
  const triple = (value: z.output<typeof colours> | null | undefined, otherwise: number): Triple =>
    (Array.isArray(value) ? value : ([0, 1, 2] as const).map(() => value ?? otherwise)) as Triple;
  const [mean, deviation] =
    normalizes === false
      ? [triple(0, 0), triple(1, 1)]
      : [triple(preprocessor.image_mean, 0.5), triple(preprocessor.image_std, 0.5)];
  const scaled = (values: Triple): Triple => values.map((value) => value * scale) as Triple;
  return { mean: scaled(mean), deviation: scaled(deviation) };
}

type Triple = [number, number, number];

function outputOf({
  model_type: type,
  vision_config: vision,
  projection_dim: projection,
  hidden_size: hidden,
}: Config) {
  const pooling: Pooling | undefined = FIRST_VECTOR.has(type) ? 'first' : undefined;
  const dimensions = pooling ? (hidden ?? vision?.hidden_size) : projection;
  return {
    ...(pooling && { name: 'last_hidden_state', pooling }),
    ...(dimensions !== undefined && { dimensions }),
  };
}

function textOf({ model_type: type, text_config: text }: Config, tokenizer: TokenizerConfig): TextDescription {
  // A tokenizer without a limit writes a number beyond all bounds.
  const limit = tokenizer.model_max_length ?? Infinity;
  const positions = text?.max_position_embeddings ?? (FILLED_UP.has(type) ? 64 : 77);
  const filledUp = FILLED_UP.has(type);
  return {
    maxLength: Math.max(2, Math.min(limit, positions)),
    padding: filledUp ? 'max-length' : 'longest',
    ...(filledUp && { lowerCase: true }),
  };
}

/** Height and width, where they are fixed. */
function sizeOf(value: z.output<typeof size> | null | undefined): [number, number] | undefined {
  if (typeof value === 'number') return [value, value];
  const { height, width } = value ?? {};
  return height !== undefined && width !== undefined ? [height, width] : undefined;
}

/** What the short side is scaled to, where the picture keeps its proportions. */
function shortEdgeOf(value: z.output<typeof size> | null | undefined, crops: boolean): number | undefined {
  // A bare number meant the short side to processors that crop, and both sides to others.
  return typeof value === 'number' ? (crops ? value : undefined) : value?.shortest_edge;
}

function problem(name: string, what: Sentence): LikenessError {
  return new LikenessError('bad-input', say`The model ${name} cannot be used: ${what}.`);
}
