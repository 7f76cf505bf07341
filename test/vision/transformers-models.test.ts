import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  AutoProcessor,
  AutoTokenizer,
  CLIPTextModelWithProjection,
  CLIPVisionModelWithProjection,
  Dinov2Model,
  env,
  RawImage,
  SiglipTextModel,
  SiglipVisionModel,
} from '@huggingface/transformers';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cosine } from '../../electron/numeric/vectors.ts';
import { decodePixels } from '../../electron/library/decode/decode.ts';
import { openOnnxEmbedder } from '../../electron/vision/onnx/onnx-embedder.ts';
import { packFiles } from '../../electron/vision/onnx/pack-files.ts';
import { openTextEmbedder } from '../../electron/vision/onnx/text-embedder.ts';
import { takeInFolder } from '../../electron/vision/transformers/folder.ts';
import { temporaryFolder } from '../support/pictures.ts';
import { writeTransformersModel, type ModelKind } from '../support/transformers-models.ts';

env.allowRemoteModels = false;

async function takenIn(
  kind: ModelKind,
  change?: (files: Map<string, Uint8Array>) => void,
): Promise<{ folder: string; model: string }> {
  const folder = writeTransformersModel(kind, change);
  const model = join(temporaryFolder(), 'model.onnx');
  await takeInFolder(folder, model);
  return { folder, model };
}

/** A smooth picture, so that how it is scaled matters little. */
async function picture(width: number, height: number): Promise<string> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return 127 + 100 * Math.sin((c + 1) * (x / width) * 3) * Math.cos((y / height) * 4 + c);
  });
  const file = join(temporaryFolder(), 'picture.png');
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
  return file;
}

async function ours(model: string, file: string): Promise<Float32Array> {
  const embedder = await openOnnxEmbedder(model);
  const bytes = await sharp(file).png().toBuffer();
  const [vector] = await embedder.embed([await decodePixels(bytes, embedder.input)]);
  await embedder.close();
  return vector;
}

/** What transformers.js makes of the same folder. */
async function theirs(folder: string, kind: ModelKind, file: string): Promise<Float32Array> {
  env.localModelPath = dirname(folder);
  const options = { dtype: 'fp32', device: 'cpu' } as const;
  const processor = await AutoProcessor.from_pretrained(basename(folder));
  const inputs = (await processor(await RawImage.read(file))) as object;
  if (kind === 'clip') {
    const model = await CLIPVisionModelWithProjection.from_pretrained(basename(folder), options);
    const { image_embeds } = (await model(inputs)) as { image_embeds: { data: Float32Array } };
    return image_embeds.data;
  }
  if (kind === 'siglip') {
    const model = await SiglipVisionModel.from_pretrained(basename(folder), options);
    return ((await model(inputs)) as { image_embeds: { data: Float32Array } }).image_embeds.data;
  }
  const model = await Dinov2Model.from_pretrained(basename(folder), options);
  const { last_hidden_state } = (await model(inputs)) as { last_hidden_state: { data: Float32Array } };
  return last_hidden_state.data.slice(0, 3);
}

async function theirWords(folder: string, kind: ModelKind, text: string): Promise<Float32Array> {
  env.localModelPath = dirname(folder);
  const options = { dtype: 'fp32', device: 'cpu' } as const;
  const tokenizer = await AutoTokenizer.from_pretrained(basename(folder));
  const inputs = tokenizer([text], { padding: kind === 'siglip' ? 'max_length' : true, truncation: true }) as object;
  if (kind === 'clip') {
    const model = await CLIPTextModelWithProjection.from_pretrained(basename(folder), options);
    return ((await model(inputs)) as { text_embeds: { data: Float32Array } }).text_embeds.data;
  }
  const model = await SiglipTextModel.from_pretrained(basename(folder), options);
  return ((await model(inputs)) as { pooler_output: { data: Float32Array } }).pooler_output.data;
}

const furthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

describe('A folder of the transformers convention', () => {
  it.each(['clip', 'siglip', 'dinov2'] as const)('of %s sees a picture as transformers.js does', async (kind) => {
    const { folder, model } = await takenIn(kind);
    const compared = async (width: number, height: number): Promise<[Float32Array, Float32Array]> => {
      const file = await picture(width, height);
      return [await ours(model, file), await theirs(folder, kind, file)];
    };
    // Of the size that the model looks at, which DINOv2's processor scales all the same.
    const [mine, reference] = await compared(32, 32);
    expect(mine).toHaveLength(reference.length);
    expect(furthest(mine, reference)).toBeLessThan(kind === 'dinov2' ? 0.05 : 1e-3);
    // transformers.js takes no means where it scales down, as Pillow and we do, so that they differ a little.
    expect(cosine(...(await compared(90, 60)))).toBeGreaterThan(0.995);
  });

  it.each(['clip', 'siglip'] as const)('of %s reads words as transformers.js does', async (kind) => {
    const { folder, model } = await takenIn(kind);
    const embedder = await openTextEmbedder(model, 192);
    for (const text of ['red', 'a dark photo of a blue dog', 'strange words'])
      expect(furthest(await embedder.embed(text), await theirWords(folder, kind, text))).toBeLessThan(1e-6);
    await embedder.close();
  });

  it('cuts words that are too many, and keeps the token that ends them', async () => {
    const { model } = await takenIn('siglip');
    const embedder = await openTextEmbedder(model, 192);
    const ids = embedder.tokensOf('green '.repeat(100));
    expect(ids).toHaveLength(16);
    expect(ids.at(-1)).toBe(embedder.tokensOf('').at(-1));
    expect(embedder.tokensOf('RED')).toEqual(embedder.tokensOf('red'));
    await embedder.close();
  });

  it('takes the most exact weights that lie in one file', async () => {
    const { model } = await takenIn('clip', (files) => {
      const weights = files.get('onnx/vision_model.onnx')!;
      files.set('onnx/vision_model.onnx_data', new Uint8Array(8));
      files.set('onnx/vision_model.onnx', new Uint8Array(8));
      files.set('onnx/vision_model_quantized.onnx', weights);
    });
    await (await openOnnxEmbedder(model)).close();
  });

  it('is refused with what is missing, or what cannot be done', async () => {
    const refused = (change: (files: Map<string, Uint8Array>) => void): Promise<unknown> => takenIn('clip', change);
    await expect(refused((files) => files.delete('preprocessor_config.json'))).rejects.toThrow(
      /preprocessor_config\.json is missing/,
    );
    await expect(refused((files) => files.delete('onnx/vision_model.onnx'))).rejects.toThrow(
      /onnx\/model\.onnx is missing/,
    );
    const changed = (path: string, change: object) => (files: Map<string, Uint8Array>) => {
      const before = JSON.parse(Buffer.from(files.get(path)!).toString()) as object;
      files.set(path, Buffer.from(JSON.stringify({ ...before, ...change })));
    };
    await expect(refused(changed('preprocessor_config.json', { resample: 9 }))).rejects.toThrow(/resample 9/);
    await expect(refused(changed('preprocessor_config.json', { size: 'large' }))).rejects.toThrow(/wrong field "size"/);
    await expect(refused((files) => files.set('config.json', Buffer.from('{')))).rejects.toThrow(
      /config\.json cannot be read/,
    );
  });

  it('whose words do not fit its pictures is refused', async () => {
    const { model } = await takenIn('clip');
    await expect(openTextEmbedder(model, 64)).rejects.toThrow(/192 numbers a text where 64 were expected/);
    writeFileSync(packFiles(model).tokenizer, '{}');
    await expect(openTextEmbedder(model, 192)).rejects.toThrow(/its tokenizer cannot be read/);
  });
});
