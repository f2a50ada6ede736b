// The options of the bench.

import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface CommandLine {
  readonly quick: boolean;
  /** Parts of scenario ids; empty for all scenarios. */
  readonly only: readonly string[];
  readonly json: string | undefined;
  readonly write: boolean;
  readonly list: boolean;
  /** A saved report to render, instead of measuring. */
  readonly render: string | undefined;
  readonly help: boolean;
}

/** What to do about a command line that cannot be followed. */
export class CommandLineError extends Error {}

export const HELP = `npm run bench -- [options]

  --quick        the scenarios that have a target, with few contestants and rounds: about 90 s instead of 10 minutes
  --only TEXT    scenarios whose id contains TEXT; several, with commas between
  --json FILE    writes the report
  --write        renders docs/performance.md and its plots from this run; for a whole run only
  --render FILE  renders them from a report that was written before, and measures nothing
  --list         tells the scenarios
  --help         tells this`;

const OPTIONS = {
  quick: { type: 'boolean' },
  only: { type: 'string' },
  json: { type: 'string' },
  write: { type: 'boolean' },
  list: { type: 'boolean' },
  render: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** @throws CommandLineError */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === 'positional') throw new CommandLineError(`"${token.value}" is not an option. ${hint()}`);
    if (token.kind === 'option') checkOption(token.name, token.rawName, token.value);
  }
  const { quick, only, json, write, list, render, help } = values as Partial<Record<keyof typeof OPTIONS, never>>;
  const options: CommandLine = {
    quick: quick ?? false,
    only: parts(only),
    json,
    write: write ?? false,
    list: list ?? false,
    render,
    help: help ?? false,
  };
  if (options.write && (options.quick || options.only.length > 0)) {
    throw new CommandLineError('--write needs a whole run: leave out --quick and --only.');
  }
  return options;
}

function checkOption(name: string, rawName: string, value: string | undefined): void {
  const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof typeof OPTIONS] : undefined;
  if (option === undefined) throw new CommandLineError(`There is no option ${rawName}. ${hint()}`);
  if (option.type === 'boolean' && value !== undefined) throw new CommandLineError(`--${name} takes no value.`);
  if (option.type === 'string' && (value === undefined || value === '' || value.startsWith('-'))) {
    throw new CommandLineError(`--${name} needs a value: --${name} ${name === 'only' ? 'echo-20b' : 'report.json'}`);
  }
}

function parts(only: string | undefined): readonly string[] {
  return (only ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function hint(): string {
  const names = Object.entries(OPTIONS).map(([name, { type }]) =>
    type === 'string' ? `--${name} VALUE` : `--${name}`,
  );
  return `The options are ${names.join(', ')}.`;
}
