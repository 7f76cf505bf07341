// The command `similar`: the same words as the page has, in options.
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { boxSchema, filterSchema, type Box, type Filter } from '../../contract/query.ts';
import { listOf, print, wholeNumber } from './options.ts';

interface SimilarOptions {
  library: string;
  k: number;
  not: string[];
  text: string[];
  notText: string[];
  crop?: Box;
  folder?: string[];
  from?: string;
  to?: string;
  day?: string;
  camera?: string[];
  lens?: string[];
  format?: string[];
  orientation?: Filter['orientation'];
  name?: string;
  favourite?: true;
  stars?: number;
  tag?: string[];
  marked?: true;
  copies?: true;
  minScore?: number;
  sort: 'likeness' | 'date';
  codesOnly?: boolean;
  json?: boolean;
}

/** @param command with its library option */
export function describeSimilar(command: Command): Command {
  return command
    .description('the photos most like some images, in the library or outside it, or that show what words say')
    .argument('[image...]', 'image files')
    .option('--text <words>', 'what is in the photos, or in their names, dates and tags; again for more', collected, [])
    .option('--not-text <words>', 'the same of what is not meant', collected, [])
    .option('--not <image...>', 'what is not meant', [])
    .option('--crop <x,y,w,h>', 'only this part of the first image, as shares of its sides from 0 to 1', box)
    .option('--folder <dir...>', 'only photos in these folders, or in folders inside them')
    .option('--from <day>', 'only photos of this day or later, as 2024-12-24', day)
    .option('--to <day>', 'only photos of this day or earlier', day)
    .option('--day <month-day>', 'only photos of this day in any year, as 12-24', monthDay)
    .option('--camera <name...>', 'only photos by these cameras')
    .option('--lens <name...>', 'only photos by these lenses')
    .option(
      '--format <list>',
      'only files of these kinds, as jpeg,heic',
      listOf((text) => text),
    )
    .addOption(
      new Option('--orientation <which>', 'only pictures of this shape').choices(['landscape', 'portrait', 'square']),
    )
    .option('--name <part>', 'only files with this in their names')
    .option('--favourite', 'only favourites')
    .option('--stars <least>', 'only photos rated with so many stars or more', wholeNumber(1, 5))
    .option('--tag <name...>', 'only photos with one of these tags')
    .option('--marked', 'only photos that were marked as right for some query')
    .option('--copies', 'only photos that other files hold too')
    .option('--min-score <score>', 'leave out what is less alike: 0 a stranger, 1 the same picture', score)
    .addOption(
      new Option('--sort <order>', 'likeness, or date for the newest first')
        .choices(['likeness', 'date'])
        .default('likeness'),
    )
    .option('-k <count>', 'how many results', wholeNumber(1, 10_000), 20)
    .option('--codes-only', 'leave out the re-rank by hidden vectors')
    .option('--json', 'print one JSON object')
    .action(async (images: string[], options: SimilarOptions) => {
      const { findSimilar } = await import('../../engine/reading/similar.ts');
      const { library, not, crop, minScore, sort, k } = options;
      const answer = await findSimilar({
        images,
        not,
        texts: options.text,
        notTexts: options.notText,
        crop,
        filter: await filterOf(options),
        minScore,
        sort,
        k,
        codesOnly: options.codesOnly === true,
        library,
      });
      if (options.json) print(answer);
      else
        for (const { rank, score: alike, group, path, time } of answer.results) {
          const moment = time === null ? '' : `  at ${time.toFixed(1)} s`;
          console.log(`${String(rank).padStart(3)}  ${alike.toFixed(3)}  ${group.padEnd(10)}  ${path}${moment}`);
        }
    });
}

const collected = (text: string, before: readonly string[]): string[] => [...before, text];

async function filterOf(options: SimilarOptions): Promise<Filter | undefined> {
  // A folder that is away keeps its name.
  const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
  const said = {
    folders: options.folder && (await Promise.all(options.folder.map(real))),
    from: options.from,
    to: options.to,
    monthDay: options.day,
    cameras: options.camera,
    lenses: options.lens,
    formats: options.format,
    orientation: options.orientation,
    name: options.name,
    favourite: options.favourite,
    minStars: options.stars,
    tags: options.tag,
    marked: options.marked,
    copies: options.copies,
  };
  return Object.values(said).some((value) => value !== undefined) ? filterSchema.parse(said) : undefined;
}

function day(text: string): string {
  if (!filterSchema.shape.from.safeParse(text).success)
    throw new InvalidArgumentError('Expected a day, as 2024-12-24.');
  return text;
}

function monthDay(text: string): string {
  if (!filterSchema.shape.monthDay.safeParse(text).success)
    throw new InvalidArgumentError('Expected a month and a day, as 12-24.');
  return text;
}

function score(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

function box(text: string): Box {
  const [x, y, width, height, ...more] = text.split(',').map(Number);
  const parsed = boxSchema.safeParse({ x, y, width, height });
  if (parsed.success && more.length === 0) return parsed.data;
  const reason = parsed.error?.issues[0]?.message ?? 'there are more than four numbers';
  throw new InvalidArgumentError(`Expected x,y,width,height, each from 0 to 1, as 0.25,0.1,0.5,0.5 (${reason}).`);
}
