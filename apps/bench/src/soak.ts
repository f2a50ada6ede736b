// `npm run soak`: what a server must stand for half an hour. Progress goes to standard error, the table to standard output.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandLineError } from './command-line.ts';
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
  if (render !== undefined) return writeDocs(readReport(render));
  const report = await runSoaks({
    soaks: SOAKS.filter(({ id }) => only.includes(id)),
    commandLine,
    command: ['npm run soak', ...(args.length === 0 ? [] : ['--', ...args])].join(' '),
    say: (line) => console.error(line),
  });
  writeJson(json, report);
  writeJson(counts, testCounts(report));
  for (const line of soakLines(report)) console.log(line);
  if (write) writeDocs(report);
  if (unmet(report).length > 0) process.exitCode = 1;
}

function writeJson(file: string | undefined, content: object): void {
  if (file === undefined) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

function readReport(file: string): SoakReport {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SoakReport;
  } catch (error) {
    throw new CommandLineError(`--render needs a report that --json wrote. ${(error as Error).message}`);
  }
}

function writeDocs(report: SoakReport): void {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  for (const file of writeSoakDocs(report, root)) console.error(`Written: ${file}`);
}
