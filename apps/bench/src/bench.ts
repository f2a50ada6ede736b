// `npm run bench`: Framewire beside its peers, in one run. What is measured and how stands in README.md beside this.

import { writeFileSync } from 'node:fs';
import { CommandLineError, HELP, parseCommandLine } from './command-line.ts';
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
  if (options.render !== undefined) return;
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
  const command = ['npm run bench', ...(args.length === 0 ? [] : ['--', ...args])].join(' ');
  const report = await run({ scenarios, quick: options.quick, command, say: (line) => console.error(line) });
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  for (const line of tableLines(report)) console.log(line);
}
