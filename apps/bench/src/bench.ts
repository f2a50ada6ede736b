// `npm run bench`: Framewire beside its peers, in one run. What is measured and how stands in README.md beside this.

import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandLineError, HELP, parseCommandLine } from './command-line.ts';
import { writePerformanceDocs } from './render-performance.ts';
import type { BenchReport } from './report.ts';
import { run, selectScenarios } from './run.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { tableLines } from './table.ts';

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandLineError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseCommandLine(args);
  if (options.help) return console.log(HELP);
  if (options.render !== undefined) return writeDocs(readReport(options.render));
  const scenarios = selectScenarios(SCENARIOS, options.only, options.quick);
  if (scenarios.length === 0) {
    const where = options.quick ? 'a quick run' : 'the bench';
    throw new CommandLineError(`No scenario of ${where} has "${options.only.join(',')}" in its id; --list tells them.`);
  }
  if (options.list) {
    for (const { id, title, inQuick } of scenarios)
      console.log(`${id.padEnd(26)}${inQuick ? 'quick  ' : '       '}${title}`);
    return;
  }
  if (options.json !== undefined) checkWritable(options.json);
  const command = ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' ');
  const report = await run({ scenarios, quick: options.quick, command, say: (line) => console.error(line) });
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  for (const line of tableLines(report)) console.log(line);
  if (options.write) writeDocs(report);
  // A peer may be missing; ours may not, and no scenario may fail.
  if (report.unavailable.some(({ contestant }) => /^(?:framewire(?:,|$)|everyone)/.test(contestant)))
    process.exitCode = 1;
}

/** Better now than after ten minutes. */
function checkWritable(file: string): void {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw new CommandLineError(`--json names a file that cannot be written. ${(error as Error).message}`);
  }
}

function readReport(file: string): BenchReport {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as BenchReport;
  } catch (error) {
    throw new CommandLineError(`--render needs a report that --json wrote. ${(error as Error).message}`);
  }
}

function writeDocs(report: BenchReport): void {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  for (const file of writePerformanceDocs(report, root)) console.error(`Written: ${file}`);
}
