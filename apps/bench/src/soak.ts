// `npm run soak`: what a server must stand for half an hour. Progress goes to standard error, the table to standard output.

import { CommandLineError } from './command-line.ts';
import { prepareReport, ROOT, readReport, writeReport } from './report-files.ts';
import { writeSoakDocs } from './soak/render-soak.ts';
import { runSoaks } from './soak/run-soaks.ts';
import { parseSoakCommandLine, SOAK_HELP } from './soak/soak-command-line.ts';
import type { SoakReport } from './soak/soak-report.ts';
import { soakLines } from './soak/soak-table.ts';
import { SOAKS } from './soak/soaks/index.ts';
import { testCounts, unmet } from './soak/verdict.ts';

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandLineError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(args: readonly string[]): Promise<void> {
  const commandLine = parseSoakCommandLine(args);
  const { only, help, render, json, report: counts, write } = commandLine;
  if (help) return console.log(SOAK_HELP);
  if (render !== undefined) return writeDocs(readReport<SoakReport>(render));
  for (const file of [json, counts]) if (file !== undefined) prepareReport(file);
  const report = await runSoaks({
    soaks: SOAKS.filter(({ id }) => only.includes(id)),
    commandLine,
    command: ['npm run soak', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
    say: (line) => console.error(line),
  });
  if (json !== undefined) writeReport(json, report);
  if (counts !== undefined) writeReport(counts, testCounts(report));
  for (const line of soakLines(report)) console.log(line);
  if (write) writeDocs(report);
  if (unmet(report).length > 0) process.exitCode = 1;
}

function writeDocs(report: SoakReport): void {
  for (const file of writeSoakDocs(report, ROOT)) console.error(`Written: ${file}`);
}
