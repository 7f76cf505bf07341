import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createGistEmbedder } from '../../electron/vision/gist-embedder.ts';
import { DIMENSIONS, describe as describePicture, GIST_DIMENSIONS, SIDE } from '../../electron/vision/gist.ts';
import { prepare } from '../../electron/vision/onnx-description.ts';
import { openOnnxEmbedder } from '../../electron/vision/onnx-embedder.ts';
import { missingShared, shared } from '../environment.ts';
import { temporaryFolder } from '../pictures.ts';

const pixels = async (svg: string): Promise<Uint8Array> =>
  sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">${svg}</svg>`)).flatten().removeAlpha().raw().toBuffer();
const stripes = (angle: number, colour: string): string =>
  `<rect width="96" height="96" fill="#222"/><g transform="rotate(${angle} 48 48)">${[-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((i) => `<rect x="${i * 12}" y="-60" width="6" height="220" fill="${colour}"/>`).join('')}</g>`;
const distance = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

describe('The built-in descriptor', () => {
  it('tells directions apart by its GIST part, whatever the colour', async () => {
    const part = async (angle: number, colour: string): Promise<Float32Array> => describePicture(await pixels(stripes(angle, colour))).subarray(0, GIST_DIMENSIONS);
    const upright = await part(0, '#ddd');
    expect(distance(upright, await part(0, '#dcb'))).toBeLessThan(distance(upright, await part(45, '#ddd')) / 4);
  });

  it('tells colours apart by its colour part', async () => {
    const part = async (colour: string): Promise<Float32Array> => describePicture(await pixels(`<rect width="96" height="96" fill="${colour}"/>`)).subarray(GIST_DIMENSIONS);
    expect(distance(await part('#c00'), await part('#b11'))).toBeLessThan(distance(await part('#c00'), await part('#00c')) / 4);
  });

  it('is finite for pictures of nothing', async () => {
    for (const colour of ['#000', '#fff']) expect(describePicture(await pixels(`<rect width="96" height="96" fill="${colour}"/>`)).every(Number.isFinite)).toBe(true);
  });

  it('works through the embedder, several pictures at once', async () => {
    const embedder = createGistEmbedder(2);
    const given = [await pixels(stripes(0, '#eee')), await pixels(stripes(60, '#e00'))];
    const vectors = await embedder.embed(given);
    expect(vectors.map(({ length }) => length)).toEqual([DIMENSIONS, DIMENSIONS]);
    expect(vectors[1]).toEqual(describePicture(given[1]));
    await embedder.close();
  });
});

describe('The description of an ONNX model', () => {
  const input = { name: 'x', type: 'float32', shape: ['n', 3, 160, 128] };
  const output = { name: 'y', type: 'float32', shape: ['n', 64, 1, 1] };
  const numbers = { mean: [0, 0, 0], deviation: [255, 255, 255] };

  it('takes what the file itself tells where the JSON does not say', () => {
    const preparation = prepare({ input: numbers }, [input], [output], 'm.onnx');
    expect(preparation).toMatchObject({ name: 'm.onnx', layout: 'NCHW', height: 160, width: 128, resizeShortSide: 128, dimensions: 64, fixedBatch: null, channels: 'RGB' });
    const other = prepare({ input: numbers }, [{ ...input, shape: [1, 96, 96, 3] }], [output], 'm.onnx');
    expect(other).toMatchObject({ layout: 'NHWC', height: 96, fixedBatch: 1 });
  });

  it('asks in words for what cannot be known', () => {
    expect(() => prepare(undefined, [{ ...input, shape: ['n', 'c', 'h', 'w'] }], [output], 'm.onnx')).toThrow(/does not tell input\.layout.*input\.size.*input\.mean.*input\.deviation.*JSON file of the same name/);
    expect(() => prepare({ input: numbers }, [input], [output, { ...output, name: 'z' }], 'm.onnx')).toThrow(/several outputs \(y, z\)/);
  });

  it('names the field that is wrong', () => {
    expect(() => prepare({ input: { ...numbers, deviation: [0, 1, 1] } }, [input], [output], 'm.onnx')).toThrow(/wrong field "input\.deviation": must be above 0/);
    expect(() => prepare({ input: { ...numbers, name: 'nope' } }, [input], [output], 'm.onnx')).toThrow(/no input named "nope"; it has x/);
    expect(() => prepare({ sise: 3 }, [input], [output], 'm.onnx')).toThrow(/sise/);
  });
});

describe('An ONNX file', () => {
  it('that is none is refused with the reason', async () => {
    const path = join(temporaryFolder(), 'bad.onnx');
    writeFileSync(path, 'not a model');
    await expect(openOnnxEmbedder(path)).rejects.toThrow(/bad\.onnx cannot be used: it is not a model that onnxruntime can load/);
    await expect(openOnnxEmbedder(join(temporaryFolder(), 'missing.onnx'))).rejects.toThrow(/missing\.onnx cannot be read/);
  });

  it.skipIf(missingShared())('embeds as it is described, the same alone and in a batch', async () => {
    const embedder = await openOnnxEmbedder(join(shared, 'models/mobilenetv2-imagenet-224.onnx'));
    expect(embedder).toMatchObject({ name: 'MobileNetV2 (ImageNet)', dimensions: 1280, input: { width: 224, height: 224, resizeShortSide: 256, fit: 'cover' } });
    const picture = (value: number): Uint8Array => new Uint8Array(224 * 224 * 3).fill(value);
    const [alone] = await embedder.embed([picture(90)]);
    const together = await embedder.embed(Array.from({ length: 9 }, (_, i) => picture(10 * i + 10)));
    expect(together).toHaveLength(9);
    expect(distance(together[8], alone)).toBeLessThan(1e-4);
    await embedder.close();
  });

  it.skipIf(missingShared())('without a description is asked about, and a truncated one is refused', async () => {
    const folder = temporaryFolder();
    copyFileSync(join(shared, 'models/mobilenetv2-imagenet-224.onnx'), join(folder, 'alone.onnx'));
    await expect(openOnnxEmbedder(join(folder, 'alone.onnx'))).rejects.toThrow(/input\.mean.*input\.deviation/);
  });
});
