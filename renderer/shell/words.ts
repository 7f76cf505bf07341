// Numbers and times as a person reads them.
import type { Activity } from '../../electron/contract/status.ts';
import { locale } from '../words/t.ts';

const number = new Intl.NumberFormat(locale);
const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

export const count = (n: number): string => number.format(n);
export const counted = (n: number, one: string, many: string): string => `${count(n)} ${n === 1 ? one : many}`;
export const monthName = (year: number, m: number): string => month.format(Date.UTC(year, m - 1));
/** @param takenAt wall-clock milliseconds */
export const when = (takenAt: number): string => moment.format(takenAt);

/** @param time milliseconds since 1970, UTC */
export const day = (time: number): string => new Date(time).toLocaleString(locale);

export function bytes(n: number): string {
  if (n < 1000) return `${n} bytes`;
  const steps = ['kB', 'MB', 'GB', 'TB'];
  const step = Math.min(steps.length, Math.floor(Math.log10(n) / 3));
  return `${(n / 1000 ** step).toFixed(n / 1000 ** step < 10 ? 1 : 0)} ${steps[step - 1]}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** What goes on, in one sentence; empty when nothing does. */
export function activitySentence(activity: Activity): string {
  const { doing, done, total, perSecond, secondsLeft, notice } = activity;
  const rate =
    perSecond > 0 ? ` · ${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))} a second` : '';
  const left = secondsLeft === null ? '' : ` · ${duration(secondsLeft)} left`;
  const sentences: Record<Activity['doing'], string> = {
    starting: 'Starting',
    walking: `Looking through folders · ${counted(total, 'photo', 'photos')} found`,
    reading: `Reading ${count(done)} of ${count(total)}${rate}${left}`,
    're-embedding': `Looking at all photos with the new embedder · ${count(done)} of ${count(total)}${rate}${left}`,
    training: `Training · pass ${count(done)} of ${count(total)}${left}`,
    comparing: 'Comparing the new model with the one there is',
    measuring: 'Measuring what codes cost in this library',
    merging: 'Tidying up codes',
    parts: `Looking at parts of photos · ${count(done)} of ${count(total)}${rate}${left}`,
    encoding: `Writing codes · ${count(done)} of ${count(total)}${left}`,
    paused: `Paused · ${count(done)} of ${count(total)} read`,
    stopped: '',
    ready: '',
  };
  return [sentences[doing], notice].filter(Boolean).join(' · ');
}
