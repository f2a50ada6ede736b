// The options of the soaks.

import { parseArgs } from 'node:util';
import { CommandLineError } from '../command-line.ts';
import type { SoakId } from './soak-report.ts';

/** What the command line asks for. */
export interface SoakCommandLine {
  readonly only: readonly SoakId[];
  readonly minutes: number;
  readonly connections: number;
  readonly rate: number;
  readonly churn: number;
  readonly readers: number;
  readonly rounds: number;
  readonly oneByOne: boolean;
  readonly quick: boolean;
  readonly json: string | undefined;
  /** Counts for `npm test`. */
  readonly report: string | undefined;
  readonly write: boolean;
  /** A saved report to render, instead of measuring. */
  readonly render: string | undefined;
  readonly help: boolean;
}

export const SOAK_IDS: readonly SoakId[] = ['idle', 'traffic', 'churn', 'fairness', 'stalled'];

export const SOAK_HELP = `npm run soak -- [options]

  --minutes N      how long idle, traffic and churn are held, 30 if left out
  --only LIST      these soaks, with commas between: ${SOAK_IDS.join(',')}
  --one-by-one     idle, traffic and churn one after another, instead of at the same time
  --connections N  idle connections, 60000 if left out
  --rate N         messages a second, 20000 if left out
  --churn N        connections a second that come and go, 500 if left out
  --readers N      readers of a broadcast, 10000 if left out; a tenth of them stops
  --rounds N       how often fairness is measured, and twice as often as stalled readers are; 7 if left out
  --quick          all of it at the same time in a minute, on smaller scale: what other work can spoil is told and not demanded
  --json FILE      writes the report
  --report FILE    writes counts for npm test: a demand is a test
  --write          renders docs/soak.md and its plots from this run; for a whole run only
  --render FILE    renders them from a report that --json wrote, and measures nothing
  --help           tells this`;

const OPTIONS = {
  minutes: { type: 'string' },
  only: { type: 'string' },
  'one-by-one': { type: 'boolean' },
  connections: { type: 'string' },
  rate: { type: 'string' },
  churn: { type: 'string' },
  readers: { type: 'string' },
  rounds: { type: 'string' },
  quick: { type: 'boolean' },
  json: { type: 'string' },
  report: { type: 'string' },
  write: { type: 'boolean' },
  render: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** @throws CommandLineError */
export function parseSoakCommandLine(args: readonly string[]): SoakCommandLine {
  const values = parsed(args);
  const { quick = false, write = false, help = false } = values;
  if (write && (quick || values.only !== undefined)) {
    throw new CommandLineError('--write needs a whole run: leave out --quick and --only.');
  }
  if (quick && values['one-by-one'] === true) {
    throw new CommandLineError('--quick does all at the same time: leave out --one-by-one.');
  }
  const number = (
    name: 'minutes' | 'connections' | 'rate' | 'churn' | 'readers' | 'rounds',
    fallback: number,
  ): number => positive(name, values[name], fallback);
  return {
    only: soakIds(values.only),
    minutes: number('minutes', quick ? 1 : 30),
    connections: number('connections', quick ? 10_000 : 60_000),
    rate: number('rate', 20_000),
    churn: number('churn', 500),
    readers: number('readers', quick ? 200 : 10_000),
    rounds: number('rounds', quick ? 1 : 7),
    oneByOne: values['one-by-one'] ?? false,
    quick,
    json: values.json,
    report: values.report,
    write,
    render: values.render,
    help,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new CommandLineError(`${(error as Error).message} --help tells the options.`);
  }
}

function positive(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new CommandLineError(`--${name} must be a number over 0, not "${value}".`);
}

function soakIds(only: string | undefined): readonly SoakId[] {
  if (only === undefined) return SOAK_IDS;
  const names = only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !SOAK_IDS.some((id) => id === name));
  if (unknown !== undefined) {
    throw new CommandLineError(`There is no soak "${unknown}". There are: ${SOAK_IDS.join(', ')}.`);
  }
  return SOAK_IDS.filter((id) => names.includes(id));
}
