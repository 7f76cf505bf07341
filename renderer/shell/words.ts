// Numbers and times as a person reads them.
import type { Exposure, Place } from '../../electron/contract/facts.ts';
import type { Activity } from '../../electron/contract/status.ts';
import { fromEngine } from '../words/engine.ts';
import { locale, t } from '../words/t.ts';

const number = new Intl.NumberFormat(locale);
const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

export const count = (n: number): string => number.format(n);
export const monthName = (year: number, m: number): string => month.format(Date.UTC(year, m - 1));
/** @param takenAt wall-clock milliseconds */
export const when = (takenAt: number): string => moment.format(takenAt);

/** @param time milliseconds since 1970, UTC */
export const day = (time: number): string => new Date(time).toLocaleString(locale);

export function bytes(n: number): string {
  if (n < 1000) return t('units.bytes', { n });
  const steps = ['kB', 'MB', 'GB', 'TB'];
  const step = Math.min(steps.length, Math.floor(Math.log10(n) / 3));
  const scaled = n / 1000 ** step;
  return `${decimals(scaled, scaled < 10 ? 1 : 0)} ${steps[step - 1]}`;
}

/** With so many digits after the point. */
export const decimals = (n: number, digits: number): string =>
  n.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** 1/250 s, f/2.8, ISO 400, 50 mm */
export function exposure({ seconds, aperture, iso, focalLength }: Exposure): string {
  const upTo = (n: number, digits: number): string => n.toLocaleString(locale, { maximumFractionDigits: digits });
  return [
    seconds !== null && `${seconds < 0.4 ? `1/${count(Math.round(1 / seconds))}` : upTo(seconds, 1)} s`,
    aperture !== null && `f/${upTo(aperture, 1)}`,
    iso !== null && `ISO ${iso}`,
    focalLength !== null && `${upTo(focalLength, 1)} mm`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Degrees and metres. */
export function place({ latitude, longitude, altitude }: Place): string {
  const degrees = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return altitude === null ? degrees : `${degrees}, ${count(Math.round(altitude))} m`;
}

/** A moment in a video, or its length: 0:07, 12:34, 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return t('units.seconds', { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 3600) return t('units.minutes', { n: Math.round(seconds / 60) });
  return t('units.hours', { n: decimals(seconds / 3600, 1) });
}

/** Doings that say how far they are by more than their words. */
const WITH_RATE = new Set<Activity['doing']>(['reading', 're-embedding', 'viewing', 'parts', 'duplicates']);
const WITH_TIME = new Set<Activity['doing']>([...WITH_RATE, 'training', 'encoding']);

/** What goes on, in one sentence; empty when nothing does. */
export function activitySentence({
  doing,
  done,
  total,
  perSecond,
  secondsLeft,
  videosWaiting,
  notice,
}: Activity): string {
  const rate = perSecond < 10 ? decimals(perSecond, 1) : count(Math.round(perSecond));
  return [
    doing !== 'ready' &&
      doing !== 'stopped' &&
      t(`activity.${doing}`, { count: total, done: count(done), total: count(total) }),
    WITH_RATE.has(doing) && perSecond > 0 && t('activity.rate', { rate }),
    WITH_TIME.has(doing) && secondsLeft !== null && t('activity.left', { time: duration(secondsLeft) }),
    doing === 'ready' &&
      videosWaiting > 0 &&
      t('VideoDecoder' in globalThis ? 'activity.videos' : 'activity.videos-not-here', { count: videosWaiting }),
    notice && fromEngine(notice),
  ]
    .filter(Boolean)
    .join(' · ');
}
