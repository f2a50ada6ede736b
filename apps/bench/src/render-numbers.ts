// Figures as readers see them: three digits, because more is not in the measurement, and a unit that fits.

import type { Spread } from './report.ts';

/** What stands where there is no figure. */
export const NOT_MEASURED = 'not measured';

/** Three digits, and no more zeros than needed: `0.586`, `12.1`, `1,204`. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

/** `0.586 (0.571-0.602)`: the median and the quartiles of the rounds. */
export function withSpread(spread: Spread | undefined, format: (value: number) => string = figure): string {
  if (spread === undefined) return NOT_MEASURED;
  const [median, low, high] = [format(spread.median), format(spread.low), format(spread.high)];
  return low === median && high === median ? median : `${median} (${low}-${high})`;
}

/** `12.1x` */
export function times(spread: Spread | undefined): string {
  return spread === undefined ? NOT_MEASURED : `${ratioFigure(spread.median)}x`;
}

/** Ratios near one need their second decimal: `0.953`, `1.04`, `12.1`. */
export function ratioFigure(value: number): string {
  return value < 10 ? value.toFixed(2) : figure(value);
}

/** `1.71 M`, `123 k`, a second. */
export function perSecond(value: number): string {
  if (value >= 1e6) return `${figure(value / 1e6)} M`;
  return value >= 1e4 ? `${figure(value / 1e3)} k` : figure(value);
}

/** `20 B`, `16 KB`, `1.27 KB`; a KB is 1,024 bytes. */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${Number.isInteger(scaled) ? scaled : figure(scaled)} ${units[unit]}`;
}

/** `0.5 µs`, `20 ms`. */
export function duration(microseconds: number): string {
  if (microseconds >= 1e6) return `${short(microseconds / 1e6)} s`;
  return microseconds >= 1000 ? `${short(microseconds / 1000)} ms` : `${short(microseconds)} µs`;
}

/** `85.2 µs`, `1.43 s`: three digits, for what was measured. */
export function measuredTime(microseconds: number): string {
  if (microseconds >= 1e6) return `${figure(microseconds / 1e6)} s`;
  return microseconds >= 1000 ? `${figure(microseconds / 1000)} ms` : `${figure(microseconds)} µs`;
}

/** A number as it would be said: `1`, `0.5`, `15,000`. */
export function short(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}
