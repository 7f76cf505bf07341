// The commands: index, similar, duplicates, status, eval, embedder, relocate, serve. JSON goes to standard output alone; all else to standard error.
import { resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { LikenessError } from '../../contract/errors.ts';
import type { OperatingPoints } from '../../contract/models.ts';
import { methodNames, type MethodName } from '../../evaluation/method.ts';
import type { LibraryReport } from '../../engine/reading/library-report.ts';
import { defaultLibraryPath } from '../default-library.ts';
import { listOf, oneOf, print, wholeNumber, type CommonOptions } from './options.ts';
import { describeDuplicates } from './duplicates.ts';
import { describeEvaluation, describeMethod } from './describe-evaluation.ts';
import { describeEmbedderCommands, describeSpeed } from './embedder-commands.ts';
import { ProgressLine } from './progress-line.ts';
import { describeSimilar } from './similar.ts';

const DONE = 0;
const FAILED = 1;
const WRONG_USAGE = 2;

/**
 * @param args without node and script
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = DONE;
  const program = new Command('likeness')
    .description('Photo search by example. Everything stays on this machine.')
    .exitOverride()
    .showHelpAfterError('(add --help for the commands and their options)')
    .enablePositionalOptions();
  const common = (command: Command): Command =>
    command.addOption(
      new Option('--library <dir>', 'where the catalogue lives').default(
        defaultLibraryPath(),
        "the platform's data folder",
      ),
    );

  common(program.command('index'))
    .description('index folders and train, to the end')
    .argument('<folder...>', 'folders of photos')
    .option('--embedder <name|file.onnx|folder>', 'what turns photos into features; kept for the next time')
    .option('--json', 'print one JSON object')
    .action(async (folders: string[], options: CommonOptions & { embedder?: string }) => {
      const { indexFolders } = await import('./index-folders.ts');
      const progress = new ProgressLine(process.stderr);
      const report = await indexFolders(folders, options, (activity) => progress.show(activity)).finally(() =>
        progress.close(),
      );
      if (options.json) print(report);
      else {
        const { model } = report;
        const trained = model
          ? `, ${model.bits}-bit codes ${model.base ? 'by the model that came with Likeness' : `learned from ${model.trainedOn}`}`
          : '';
        console.log(
          `${report.photos} photos: ${report.indexed} read, ${report.unchanged} unchanged, ${report.failed.length} could not be read${trained} (${report.seconds.toFixed(1)} s)`,
        );
        for (const { path, reason } of report.failed) console.log(`  ${path}: ${reason}`);
        if (report.videosWaiting > 0) console.log(describeVideos(report.videosWaiting));
      }
    });

  describeSimilar(common(program.command('similar')));

  common(program.command('status'))
    .description('folders, counts, embedder, model, size on disk')
    .option('--json', 'print one JSON object')
    .action(async (options: CommonOptions) => {
      const { reportOn } = await import('../../engine/reading/library-report.ts');
      const status = reportOn(resolve(options.library));
      if (options.json) print(status);
      else describeStatus(status);
    });

  program
    .command('eval')
    .description('how well codes find photos of the same class, method by method')
    .argument(
      '<dataset>',
      'a folder or zip of class folders, in train/ and test/ if it has them; a list; or CIFAR-10 as published',
    )
    .option('--bits <list>', 'bits a photo, in steps of 8', listOf(wholeNumber(8, 256, 8)), [16, 32, 64])
    .option('--methods <list>', 'the methods to run', listOf(oneOf(methodNames)), [...methodNames])
    .option('--embedder <file.onnx>', 'what turns photos into features (default: the built-in one; or gist)')
    .option('--per-class <count>', 'take at most so many photos of each class', wholeNumber(2, 1_000_000))
    .option(
      '--queries <count>',
      'draw so many queries of each class (of a list: in all) where none are named',
      wholeNumber(1, 1_000_000),
    )
    .option('--seed <number>', 'of what is drawn', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--depth <ranks>', 'where average precision is cut off', wholeNumber(1, 2 ** 21), 1000)
    .option('--report <file.html>', 'write a page with the table and the curves')
    .option('--afresh', 'run methods again that an earlier run of the same photos has the results of')
    .option('--json', 'print one JSON object')
    .action(
      async (
        dataset: string,
        options: {
          bits: number[];
          methods: MethodName[];
          embedder?: string;
          perClass?: number;
          queries?: number;
          seed: number;
          depth: number;
          report?: string;
          afresh?: boolean;
          json?: boolean;
        },
      ) => {
        const { evaluate } = await import('./evaluate.ts');
        const progress = new ProgressLine(process.stderr);
        const report = await evaluate(
          dataset,
          {
            bits: options.bits,
            methods: options.methods,
            embedder: options.embedder,
            perClass: options.perClass,
            queries: options.queries,
            seed: options.seed,
            depth: options.depth,
            report: options.report,
            afresh: options.afresh ?? false,
          },
          {
            onProgress: (what, share) => progress.showShare(what, share),
            onResult: (result, kept) => progress.say(describeMethod(result, kept, options.depth)),
          },
        ).finally(() => progress.close());
        if (options.json) print(report);
        else describeEvaluation(report);
      },
    );

  describeDuplicates(common(program.command('duplicates')));
  describeEmbedderCommands(program, common);

  common(program.command('relocate'))
    .description('say where a folder lies now, moved by hand or on another computer; nothing is read again')
    .argument('<folder>', 'as `likeness status` names it')
    .argument('<place>', 'the folder that holds its photos now')
    .action(async (folder: string, place: string, options: { library: string }) => {
      const { relocate } = await import('./relocate.ts');
      const photos = await relocate(folder, resolve(place), resolve(options.library));
      console.log(`${folder} is at ${resolve(place)} now, with ${photos} photos. None was read again.`);
    });

  common(program.command('serve'))
    .description('the page in the browser, on a loopback address')
    .argument('[folder...]', 'folders of photos to add')
    .option('--port <number>', 'port to listen on (default: any free one)', wholeNumber(0, 65_535), 0)
    .option('--no-open', 'do not open the browser')
    .option('--embedder <name|file.onnx|folder>', 'what turns photos into features; kept for the next time')
    .action(async (folders: string[], options: { library: string; port: number; open: boolean; embedder?: string }) => {
      const { serve } = await import('../browser/serve.ts');
      await serve({
        libraryPath: resolve(options.library),
        folders,
        port: options.port,
        openBrowser: options.open,
        embedder: options.embedder,
      });
    });

  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? DONE : WRONG_USAGE;
    else if (error instanceof LikenessError) {
      console.error(error.message);
      exitCode = FAILED;
    } else {
      console.error(error);
      exitCode = FAILED;
    }
  }
  return exitCode;
}

/** What codes cost in this library, one line for each setting; a star marks the one in use. */
function describeOperatingPoints({ rows, chosen, sample, photos }: OperatingPoints): string[] {
  return rows.map(({ codes, rerank, recall, milliseconds }, i) => {
    const star = codes === chosen.codes && rerank === chosen.rerank ? '*' : ' ';
    const depth = rerank === 0 ? 'by codes alone' : `best ${rerank} sorted by full vectors`;
    const among = i === 0 ? `  (of the true ten nearest, among ${sample} of ${photos} photos)` : '';
    return (
      (i === 0 ? 'Search' : '').padEnd(10) +
      `${star} ${codes} codes, ${depth.padEnd(22)} recall@10 ${recall.toFixed(3)}  ${milliseconds.toFixed(1)} ms${among}`
    );
  });
}

const describeVideos = (count: number): string =>
  `${count} ${count === 1 ? 'video waits' : 'videos wait'} for the page or the window, which take them apart.`;

function describeStatus(status: LibraryReport): void {
  const { model, size } = status;
  const lines = [
    `Library     ${status.libraryPath}`,
    ...status.folders.map(
      ({ path, photos, available }) =>
        `Folder      ${path} (${photos} photos${available ? '' : ', its drive is not connected'})`,
    ),
    `Photos      ${status.photos}: ${status.indexed} read, ${status.waiting} waiting, ${status.problems} could not be read`,
    ...(status.videosWaiting > 0 ? [`Videos      ${describeVideos(status.videosWaiting)}`] : []),
    `Embedder    ${status.embedder.name}, ${status.embedder.dimensions} dimensions${status.embedder.speed ? `; ${describeSpeed(status.embedder.speed)}` : ''}`,
    ...(status.embedder.coming ? [`Coming      ${status.embedder.coming}, once it has looked at all photos`] : []),
    model
      ? model.base
        ? `Model       the one that came with Likeness, learned from ${model.trainedOn} generic pictures; ${model.bits} bits a photo`
        : `Model       trained on ${model.trainedOn} photos, ${new Date(model.trainedAt).toLocaleString()}, ${model.seconds.toFixed(1)} s by ${model.backend}; ${model.bits} bits a photo`
      : 'Model       none yet; search compares the features themselves',
    ...(model?.losses
      ? [
          `Losses      ranking ${model.losses.ranking.toFixed(4)}, quantization ${model.losses.quantization.toFixed(4)}, manifold ${model.losses.manifold.toFixed(4)}`,
        ]
      : []),
    ...(model?.operatingPoints ? describeOperatingPoints(model.operatingPoints) : []),
    `Scan        ${status.scan}${status.scan === 'typescript' ? ', many times slower than the native one, which was not built here' : ''}`,
    `On disk     ${(size.catalogue / 2 ** 20).toFixed(1)} MiB, of which thumbnails ${(size.thumbnails / 2 ** 20).toFixed(1)} MiB`,
  ];
  console.log(lines.join('\n'));
}
