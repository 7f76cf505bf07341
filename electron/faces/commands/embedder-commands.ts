// The commands `embedder list`, `get`, `add`, `use` and `remove`.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { LikenessError } from '../../contract/errors.ts';
import type { EmbedderPack, EmbedderSpeed, OfferedPack, PackOffer } from '../../contract/embedders.ts';
import { inEnglish } from '../../contract/sentence.ts';
import { print, type CommonOptions } from './options.ts';
import { ProgressLine } from './progress-line.ts';

/** @param common adds the options of every command that looks at a library */
export function describeEmbedderCommands(program: Command, common: (command: Command) => Command): void {
  const embedder = program
    .command('embedder')
    .description('the networks that turn photos into features: list, get, add, use, remove');
  common(embedder.command('list'))
    .description('those that the library holds')
    .option('--rank', 'rank them by the results that you marked as relevant; takes seconds')
    .option('--json', 'print one JSON object')
    .action(async (options: CommonOptions & { rank?: boolean }) => {
      const { listEmbedders } = await import('../../engine/reading/embedders.ts');
      const { rankEmbedders } = await import('./embedders.ts');
      const library = resolve(options.library);
      const embedders = await (options.rank ? rankEmbedders(library) : listEmbedders(library));
      if (options.json) print({ embedders });
      else describeEmbedders(embedders);
    });
  common(embedder.command('add'))
    .description('try an ONNX model, and copy it into the library')
    .argument(
      '<file.onnx|folder>',
      'the model, with a .json of the same name beside it that says how to feed it; or a folder as transformers writes it',
    )
    .option('--json', 'print one JSON object')
    .action(async (file: string, options: CommonOptions) => {
      const { addEmbedder } = await import('./embedders.ts');
      const pack = await addEmbedder(options.library, file);
      describeAdded(pack, options);
    });
  common(embedder.command('get'))
    .description('fetch an embedder, once you have seen what from where; without a name, list those there are')
    .argument('[name]', 'as the list names it')
    .option('--yes', 'fetch without asking')
    .option('--json', 'print one JSON object')
    .action(async (name: string | undefined, options: CommonOptions & { yes?: boolean }) => {
      const { getEmbedder, listOfferedPacks } = await import('./embedders.ts');
      if (name === undefined) {
        const offered = await listOfferedPacks(options.library);
        if (options.json) print({ packs: offered });
        else describeOfferedPacks(offered);
        return;
      }
      const progress = new ProgressLine(process.stderr);
      const pack = await getEmbedder(options.library, name, {
        confirm: async (offer) => {
          if (!options.json) describeOffer(offer);
          return options.yes === true || (await confirmed());
        },
        onProgress: ({ state, done, total }) =>
          progress.showShare(state === 'trying' ? 'Trying' : 'Fetching', total === 0 ? 0 : done / total),
      }).finally(() => progress.close());
      if (pack) describeAdded(pack, options);
      else console.error('Nothing was fetched.');
    });
  common(embedder.command('use'))
    .description('let an embedder look at all photos, then search by it')
    .argument('<name>', 'as `list` shows it, or built-in')
    .action(async (name: string, options: CommonOptions) => {
      const { useEmbedder } = await import('./embedders.ts');
      const progress = new ProgressLine(process.stderr);
      await useEmbedder(options.library, name, (activity) => progress.show(activity)).finally(() => progress.close());
      console.log(`Search answers by ${name} now.`);
    });
  common(embedder.command('remove'))
    .description('forget an embedder that is not in use')
    .argument('<name>', 'as `list` shows it')
    .action(async (name: string, options: CommonOptions) => {
      const { removeEmbedder } = await import('./embedders.ts');
      await removeEmbedder(options.library, name);
      console.log(`${name} is no longer in the library.`);
    });
}

function describeAdded(pack: EmbedderPack, { json }: CommonOptions): void {
  if (json) {
    print(pack);
    return;
  }
  describeEmbedders([pack]);
  console.log(`To search by it: likeness embedder use "${pack.name}"`);
}

async function confirmed(): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new LikenessError('bad-input', 'Nothing is fetched without your word: add --yes where nobody can be asked.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question('Fetch it? [y/N] ');
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function describeOfferedPacks(packs: readonly OfferedPack[]): void {
  for (const { id, name, repository, host, licence, languages, expectedMilliseconds, here } of packs) {
    console.log(`${here ? '*' : ' '} ${id}`);
    const words = languages.length === 0 ? 'no words' : `words (${languages.join(', ')})`;
    const speed = expectedMilliseconds === null ? '' : `, about ${Math.round(expectedMilliseconds)} ms a photo here`;
    console.log(`    ${name}: ${words}, ${licence}${speed}; from ${host}/${repository}`);
  }
}

function describeOffer({ address, files, bytes, here, licence }: PackOffer): void {
  console.log(`From ${address}`);
  for (const { path, bytes: size } of files) console.log(`    ${path.padEnd(36)} ${megabytes(size).padStart(10)}`);
  const rest = here > 0 ? `, of which ${megabytes(here)} are here` : '';
  console.log(`    ${megabytes(bytes)} in all${rest}; licence as told there: ${licence ?? 'not told'}`);
}

function describeEmbedders(embedders: readonly EmbedderPack[]): void {
  for (const { name, dimensions, licence, bytes, builtIn, inUse, coming, words, speed, ranking } of embedders) {
    console.log(`${inUse ? '*' : coming ? '>' : ' '} ${name}${builtIn ? ' (came with Likeness)' : ''}`);
    console.log(
      `    ${dimensions} dimensions, ${(bytes / 1e6).toFixed(1)} MB, ${licence ?? 'licence not told'}${words ? ', knows words' : ''}${speed ? `, ${describeSpeed(speed)}` : ''}`,
    );
    if (ranking)
      console.log(
        `    of ${ranking.marks} results that you marked as right, ${Math.round(ranking.share * 100)}% among the first ten of ${ranking.among} photos`,
      );
  }
}

export function describeSpeed({ provider, milliseconds, tried }: EmbedderSpeed): string {
  const others = tried
    .filter((trial) => trial.provider !== provider)
    .map(
      (trial) =>
        `${trial.provider}: ${trial.milliseconds === null ? inEnglish(trial.reason!) : `${trial.milliseconds.toFixed(1)} ms`}`,
    );
  return `${milliseconds.toFixed(1)} ms a photo by ${provider}${others.length > 0 ? ` (${others.join('; ')})` : ''}`;
}
