// The text side of a model that knows words: words in, vectors of the pictures' space out.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as tokenizers from '@huggingface/tokenizers';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { z } from 'zod';
import { LikenessError } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { CPU } from '../providers.ts';
import { descriptionSchema, usualOutput, type TextDescription } from './description.ts';
import { packFiles } from './pack-files.ts';
import { createSession, declared, firstLine, readDescription, readModel } from './session.ts';

/** One vector a text in the space it shares with pictures, and one a text. */
const USUAL_OUTPUTS: readonly string[] = ['text_embeds', 'pooler_output'];
const IDS = 'input_ids';
/** 1 where a token is one of the text, 0 where it fills up. */
const MASK = 'attention_mask';
/** Which of two texts a token belongs to: there is one. */
const SEGMENT = 'token_type_ids';
const KNOWN_INPUTS = new Set([IDS, MASK, SEGMENT]);

const tokenizerConfigSchema = z.looseObject({
  pad_token: z.union([z.string(), z.looseObject({ content: z.string() })]).nullish(),
});

/**
 * Opens the text side that lies beside a model.
 * @param model the path of its .onnx file
 * @param dimensions of its features, which are those of its words too
 * @throws LikenessError 'bad-input' or 'not-found', with what is wrong
 */
export async function openTextEmbedder(model: string, dimensions: number): Promise<TextEmbedder> {
  const files = packFiles(model);
  const name = basename(files.text);
  const { text } = descriptionSchema.parse(await readDescription(files.description));
  if (!text)
    throw problem(
      name,
      say`its description does not say how to feed it; write "text" into ${basename(files.description)}`,
    );
  const tokenizer = await readTokenizer(files.tokenizer, files.tokenizerConfig, text, name);
  const session = await createSession(await readModel(files.text, name), CPU, name);
  try {
    const embedder = new TextEmbedder(session, tokenizer, text, dimensions, name);
    await embedder.tryOut();
    return embedder;
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** What is used of a tokenizer: the package's own types do not resolve as its package.json lays them out. */
interface Tokenizer {
  encode(text: string): { ids: number[] };
  token_to_id(token: string): number | undefined;
}
const { Tokenizer: openTokenizer } = tokenizers as unknown as {
  Tokenizer: new (tokenizer: object, config: object) => Tokenizer;
};

interface PaddingTokenizer {
  readonly tokenizer: Tokenizer;
  readonly padId: number;
}

/** Blocks its thread while it runs, as onnxruntime-node does. */
export class TextEmbedder {
  readonly #session: InferenceSession;
  readonly #tokens: PaddingTokenizer;
  readonly #description: TextDescription;
  readonly #dimensions: number;
  readonly #name: string;
  readonly #output: string;

  constructor(
    session: InferenceSession,
    tokens: PaddingTokenizer,
    description: TextDescription,
    dimensions: number,
    name: string,
  ) {
    this.#session = session;
    this.#tokens = tokens;
    this.#description = description;
    this.#dimensions = dimensions;
    this.#name = name;
    const outputs = declared(session.outputMetadata);
    const inputs = declared(session.inputMetadata).map((input) => input.name);
    const strange = inputs.find((input) => !KNOWN_INPUTS.has(input));
    if (strange !== undefined || !inputs.includes(IDS))
      throw problem(name, say`it takes ${inputs.join(', ')}; ${IDS}, and ${MASK} where it wants one, were expected`);
    const output = description.output ?? usualOutput(outputs, USUAL_OUTPUTS) ?? outputs[0]!.name;
    if (!outputs.some((one) => one.name === output))
      throw problem(name, say`it has no output named "${output}"; it has ${outputs.map((one) => one.name).join(', ')}`);
    this.#output = output;
  }

  /**
   * @param text any words
   * @returns float32, (dimensions), in the space of the pictures' features, not normalized
   */
  async embed(text: string): Promise<Float32Array<ArrayBuffer>> {
    const ids = this.tokensOf(text);
    const { padId } = this.#tokens;
    const { maxLength, padding } = this.#description;
    const length = padding === 'max-length' ? maxLength : ids.length;
    const shape = [1, length];
    const values: Record<string, BigInt64Array> = {
      [IDS]: BigInt64Array.from({ length }, (_, i) => BigInt(ids[i] ?? padId)),
      [MASK]: BigInt64Array.from({ length }, (_, i) => (i < ids.length ? 1n : 0n)),
      [SEGMENT]: new BigInt64Array(length),
    };
    const feeds = this.#session.inputNames.map((input) => [input, new Tensor('int64', values[input]!, shape)] as const);
    const result = await this.#session.run(Object.fromEntries(feeds), [this.#output]);
    const vector = (await result[this.#output]!.getData()) as Float32Array;
    if (vector.length !== this.#dimensions)
      throw new Error(
        `it gave ${vector.length} numbers a text where ${this.#dimensions} were expected, as of a picture`,
      );
    return Float32Array.from(vector);
  }

  /** Ids of a text's tokens; of a text that is too long the first, and the last, which ends it. */
  tokensOf(text: string): number[] {
    const { maxLength, lowerCase } = this.#description;
    const { ids } = this.#tokens.tokenizer.encode(lowerCase ? text.toLowerCase() : text);
    return ids.length <= maxLength ? ids : [...ids.slice(0, maxLength - 1), ids.at(-1)!];
  }

  /** Runs some words through, so that a text side that does not fit is refused before it is used. */
  async tryOut(): Promise<void> {
    try {
      const vectors = [await this.embed('a photo of a dog'), await this.embed('mountains at night')];
      if (!vectors.every((vector) => vector.every(Number.isFinite)))
        throw new Error('it gives numbers that are not finite for ordinary words');
      if (vectors[0]!.every((value, i) => value === vectors[1]![i]))
        throw new Error('it gives the same numbers whatever the words');
    } catch (error) {
      throw problem(this.#name, say`a trial run failed (${firstLine(error)})`, error);
    }
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

async function readTokenizer(
  file: string,
  configFile: string,
  { padToken }: TextDescription,
  name: string,
): Promise<PaddingTokenizer> {
  const config = tokenizerConfigSchema.parse((await readDescription(configFile)) ?? {});
  let tokenizer: Tokenizer;
  try {
    tokenizer = new openTokenizer(JSON.parse(await readFile(file, 'utf8')) as object, config);
  } catch (error) {
    throw problem(name, say`its tokenizer cannot be read (${firstLine(error)})`, error);
  }
  const token = padToken ?? (typeof config.pad_token === 'object' ? config.pad_token?.content : config.pad_token);
  const padId = token === undefined ? 0 : tokenizer.token_to_id(token);
  if (padId === undefined) throw problem(name, say`its tokenizer has no token "${token!}" to fill up with`);
  return { tokenizer, padId };
}

function problem(file: string, what: Sentence, cause?: unknown): LikenessError {
  return new LikenessError('bad-input', say`The text side ${file} cannot be used: ${what}.`, { cause });
}
