// The table of targets: each part of each row with what was reached, the range of it, and whether that is enough.

import { bytes, figure, withSpread } from './render-numbers.ts';
import { table } from './render-tables.ts';
import type { BenchReport, Spread } from './report.ts';
import { judge, KB, type Target, type TargetResult } from './targets.ts';

export function renderTargets(report: BenchReport): string {
  const results = judge(report);
  let row = '';
  const rows = results.map((result) => {
    const name = result.target.row === row ? '' : result.target.row;
    row = result.target.row;
    return [name, result.text, reachedCell(result), metCell(result)];
  });
  const notes = results.flatMap(({ target, text }) =>
    target.note === undefined ? [] : [`- ${text}: ${target.note}.`],
  );
  return [summary(results), table(['work', 'target', 'reached', 'met'], rows), ...notes].join('\n\n');
}

function summary(results: readonly TargetResult[]): string {
  const met = results.filter((result) => result.met === true).length;
  const missed = results.filter((result) => result.met === false).length;
  return `Of ${results.length} parts ${met} are met, ${missed} are not, and ${results.length - met - missed} could not be judged in this run.`;
}

function reachedCell({ target, reached, beside }: TargetResult): string {
  const own = reached === undefined ? '' : inUnit(target, reached);
  const other = beside === undefined ? '' : `${target.beside}: ${inUnit(target, beside)}`;
  return [own, other].filter((part) => part !== '').join('; ');
}

function metCell({ target, reached, met }: TargetResult): string {
  if (met === true) return 'yes';
  if (met !== false) return met;
  const touches =
    reached !== undefined &&
    (target.atLeast === undefined || reached.high >= target.atLeast) &&
    (target.atMost === undefined || reached.low <= target.atMost);
  return touches ? '**no**, though the spread reaches it' : '**no**';
}

function inUnit({ quantity }: Target, spread: Spread): string {
  switch (quantity) {
    case 'times better':
    case 'share':
      return withSpread(spread, (value) => `${value.toFixed(2)}x`);
    case 'KB':
      return withSpread(spread, (value) => bytes(value * KB));
    default:
      return `${withSpread(spread, figure)} ${quantity}`;
  }
}
