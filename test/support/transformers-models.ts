// Small models in the files of the transformers convention: pictures and words of colours in one space.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageTower, textTower } from './onnx-files.ts';
import { temporaryFolder } from './pictures.ts';

const CELLS = 64;

/** Words that the small models know, and the colour that each stands for. */
const COLOURS: Record<string, readonly [number, number, number]> = {
  red: [1, -0.5, -0.5],
  green: [-0.5, 1, -0.5],
  blue: [-0.5, -0.5, 1],
  bright: [1, 1, 1],
  dark: [-1, -1, -1],
  warm: [1, 0.3, -1],
};
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];
const VOCABULARY = [...SPECIAL, 'a', 'photo', 'of', 'dog', 'mountains', 'at', 'night', ...Object.keys(COLOURS)];

const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: false,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(VOCABULARY.map((word, id) => [word, id])),
  },
};

/** What each token stands for, as the image tower sees it: a colour in all cells; words of no colour a little of one. */
const table = VOCABULARY.map((word, i) => {
  const [r, g, b] = COLOURS[word] ?? [0, i < SPECIAL.length ? 0 : 0.001 * i, 0];
  return [...Array<number>(CELLS).fill(r), ...Array<number>(CELLS).fill(g), ...Array<number>(CELLS).fill(b)];
});

const processor = {
  do_resize: true,
  size: { shortest_edge: 32 },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: 32, width: 32 },
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  do_convert_rgb: true,
  image_mean: [0.4815, 0.4578, 0.4082],
  image_std: [0.2686, 0.2613, 0.2758],
  image_processor_type: 'CLIPImageProcessor',
};

export type ModelKind = 'clip' | 'siglip' | 'dinov2';

/** The files of such a model, by their paths. */
export function transformersModel(kind: ModelKind): Map<string, Uint8Array> {
  const json = (value: object): Uint8Array => Buffer.from(JSON.stringify(value, undefined, 2));
  const files = new Map<string, Uint8Array>();
  if (kind === 'dinov2') {
    files.set('config.json', json({ model_type: 'dinov2', hidden_size: 3, image_size: 32, patch_size: 4 }));
    files.set(
      'preprocessor_config.json',
      json({ ...processor, size: { shortest_edge: 40 }, image_processor_type: 'BitImageProcessor' }),
    );
    files.set('onnx/model.onnx', imageTower('last_hidden_state'));
    return files;
  }
  const clip = kind === 'clip';
  files.set(
    'config.json',
    json({
      model_type: kind,
      ...(clip && { projection_dim: 192 }),
      text_config: { max_position_embeddings: clip ? 77 : 16, ...(!clip && { model_type: 'siglip_text_model' }) },
      vision_config: { image_size: 32 },
    }),
  );
  files.set(
    'preprocessor_config.json',
    json(
      clip
        ? processor
        : {
            ...processor,
            size: { height: 32, width: 32 },
            do_center_crop: undefined,
            crop_size: undefined,
            image_mean: [0.5, 0.5, 0.5],
            image_std: [0.5, 0.5, 0.5],
            image_processor_type: 'SiglipImageProcessor',
          },
    ),
  );
  files.set('tokenizer.json', json(tokenizer));
  files.set(
    'tokenizer_config.json',
    json({
      tokenizer_class: 'BertTokenizer',
      do_lower_case: false,
      model_max_length: clip ? 77 : 16,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
    }),
  );
  files.set('onnx/vision_model.onnx', imageTower('image_embeds'));
  files.set(
    'onnx/text_model.onnx',
    textTower(table, clip ? 'text_embeds' : 'pooler_output', clip ? ['attention_mask'] : []),
  );
  return files;
}

/** Writes one into a folder of its own. @returns the folder */
export function writeTransformersModel(
  kind: ModelKind,
  change: (files: Map<string, Uint8Array>) => void = () => undefined,
  folder = join(temporaryFolder(), `tiny-${kind}`),
): string {
  const files = transformersModel(kind);
  change(files);
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}
