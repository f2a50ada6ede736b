// `npm run bench`: Framewire beside its peers, in one run. What is measured and how stands in README.md beside this.

import { CommandLineError, HELP, parseCommandLine } from './command-line.ts';
import { writePerformanceDocs } from './render-performance.ts';
import type { BenchReport } from './report.ts';
import { prepareReport, ROOT, readReport, writeReport } from './report-files.ts';
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
  if (options.render !== undefined) return writeDocs(readReport<BenchReport>(options.render));
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
  if (options.json !== undefined) prepareReport(options.json);
  const command = ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' ');
  const report = await run({ scenarios, quick: options.quick, command, say: (line) => console.error(line) });
  if (options.json !== undefined) writeReport(options.json, report);
  for (const line of tableLines(report)) console.log(line);
  if (options.write) writeDocs(report);
  // A peer may be missing; ours may not, and no scenario may fail.
  if (report.unavailable.some(({ contestant }) => /^(?:framewire(?:,|$)|everyone)/.test(contestant)))
    process.exitCode = 1;
}

function writeDocs(report: BenchReport): void {
  for (const file of writePerformanceDocs(report, ROOT)) console.error(`Written: ${file}`);
}
