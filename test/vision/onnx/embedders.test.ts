import { copyFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../electron/deepquan/model/model-file.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { readBaseModel } from '../../../electron/engine/embedding/base-model.ts';
import { builtInNetwork } from '../../../electron/vision/built-in.ts';
import { prepare } from '../../../electron/vision/onnx/description.ts';
import { openOnnxEmbedder } from '../../../electron/vision/onnx/onnx-embedder.ts';
import { missingShared, shared } from '../../support/environment.ts';
import { writeOnnxFile, type Kind } from '../../support/onnx-files.ts';
import { temporaryFolder } from '../../support/pictures.ts';

const distance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

describe('The built-in network', () => {
  it('is small enough to ship, and gives vectors of length one that differ', async () => {
    expect(statSync(builtInNetwork).size).toBeLessThan(4_000_000);
    const embedder = await openOnnxEmbedder(builtInNetwork);
    const { width, height } = embedder.input;
    const noise = seededRandom(3);
    const vectors = await embedder.embed([
      new Uint8Array(width * height * 3).fill(90),
      Uint8Array.from({ length: width * height * 3 }, () => noise.below(256)),
    ]);
    for (const vector of vectors) expect(distance(vector, new Float32Array(vector.length))).toBeCloseTo(1, 4);
    expect(distance(vectors[0], vectors[1])).toBeGreaterThan(0.1);
    await embedder.close();
  });

  it('comes with a model of codes for its features', () => {
    const model = readModel(readBaseModel());
    expect(model.encoder.preparation.mean).toHaveLength(256);
    expect(model.codebooks.M * Math.log2(model.codebooks.ksub)).toBe(64);
  });
});

describe('Features from inside a network', () => {
  const more = { output: { name: 'inner', inside: true } };
  const picture = (): Uint8Array => Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 7) % 256);
  const open = (name: string, kind: Kind, description?: object): ReturnType<typeof openOnnxEmbedder> =>
    openOnnxEmbedder(writeOnnxFile(join(temporaryFolder(), `${name}.onnx`), kind, name, description));

  it('are what the description names, though the file gives out classes alone', async () => {
    const [classes, inner, layout] = await Promise.all([
      open('classes', 'classes'),
      open('inner', 'classes', more),
      open('layout', 'layout'),
    ]);
    const [[ofClasses], [ofInner], [ofLayout]] = await Promise.all(
      [classes, inner, layout].map((embedder) => embedder.embed([picture()])),
    );
    expect(ofClasses.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    // 'layout' is the same network without its end.
    expect(ofInner).toEqual(ofLayout);
    expect(inner.fingerprint).not.toBe(classes.fingerprint);
    await Promise.all([classes, inner, layout].map((embedder) => embedder.close()));
  });

  it('need a tensor that is there; how long they are, the network tells', async () => {
    const inner = await open('a', 'classes', { output: { name: 'inner', inside: true } });
    expect(inner.dimensions).toBe(192);
    await inner.close();
    await expect(open('b', 'classes', { output: { name: 'nowhere', inside: true } })).rejects.toThrow(
      /not a model that onnxruntime can load/,
    );
  });
});

describe('The description of an ONNX model', () => {
  const input = { name: 'x', type: 'float32', shape: ['n', 3, 160, 128] };
  const output = { name: 'y', type: 'float32', shape: ['n', 64, 1, 1] };
  const numbers = { mean: [0, 0, 0], deviation: [255, 255, 255] };

  it('takes what the file itself tells where the JSON does not say', () => {
    const preparation = prepare({ input: numbers }, [input], [output], 'm.onnx');
    expect(preparation).toMatchObject({
      name: 'm.onnx',
      layout: 'NCHW',
      height: 160,
      width: 128,
      resizeShortSide: 128,
      dimensions: 64,
      fixedBatch: null,
      channels: 'RGB',
    });
    const other = prepare({ input: numbers }, [{ ...input, shape: [1, 96, 96, 3] }], [output], 'm.onnx');
    expect(other).toMatchObject({ layout: 'NHWC', height: 96, fixedBatch: 1 });
  });

  it('asks in words for what cannot be known', () => {
    expect(() => prepare(undefined, [{ ...input, shape: ['n', 'c', 'h', 'w'] }], [output], 'm.onnx')).toThrow(
      /does not tell input\.layout.*input\.size.*input\.mean.*input\.deviation.*JSON file of the same name/,
    );
    expect(() => prepare({ input: numbers }, [input], [output, { ...output, name: 'z' }], 'm.onnx')).toThrow(
      /several outputs \(y, z\)/,
    );
  });

  it('names the field that is wrong', () => {
    expect(() => prepare({ input: { ...numbers, deviation: [0, 1, 1] } }, [input], [output], 'm.onnx')).toThrow(
      /wrong field "input\.deviation": must be above 0/,
    );
    expect(() => prepare({ input: { ...numbers, name: 'nope' } }, [input], [output], 'm.onnx')).toThrow(
      /no input named "nope"; it has x/,
    );
    expect(() => prepare({ sise: 3 }, [input], [output], 'm.onnx')).toThrow(/sise/);
  });
});

describe('An ONNX file', () => {
  it('that is none is refused with the reason', async () => {
    const path = join(temporaryFolder(), 'bad.onnx');
    writeFileSync(path, 'not a model');
    await expect(openOnnxEmbedder(path)).rejects.toThrow(
      /bad\.onnx cannot be used: it is not a model that onnxruntime can load/,
    );
    await expect(openOnnxEmbedder(join(temporaryFolder(), 'missing.onnx'))).rejects.toThrow(
      /missing\.onnx cannot be read/,
    );
  });

  it.skipIf(missingShared())('embeds as it is described, the same alone and in a batch', async () => {
    const embedder = await openOnnxEmbedder(join(shared, 'models/mobilenetv2-imagenet-224.onnx'));
    expect(embedder).toMatchObject({
      name: 'MobileNetV2 (ImageNet)',
      dimensions: 1280,
      input: { width: 224, height: 224, resizeShortSide: 256, fit: 'cover' },
    });
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
