// The command: from its arguments to its exit status.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError, readArguments, type Settings, USAGE } from './arguments.ts';
import type { Case } from './case.ts';
import { casesFor, catalogue } from './catalogue.ts';
import { writePages } from './html/write-pages.ts';
import { Progress, type Screen } from './progress.ts';
import type { CaseResult, Report } from './report.ts';
import { type RunServerOptions, runServer } from './run-server.ts';
import { selectCases } from './selection.ts';
import { serveClients } from './serve-clients.ts';
import { VERSION } from './version.ts';

type OnResult = NonNullable<RunServerOptions['onResult']>;

export interface Console {
  readonly output: Screen;
  readonly errors: Screen;
}

/** Runs the command and resolves with its exit status: 0, 1 when a case failed, 2 when it could not be run as asked. */
export async function main(args: readonly string[], { output, errors }: Console): Promise<number> {
  try {
    const settings = readArguments(args);
    if (typeof settings === 'string') {
      output.write(settings === 'help' ? USAGE : `${VERSION}\n`);
      return 0;
    }
    const report = await run(settings, output);
    return report.totals.fail === 0 ? 0 : 1;
  } catch (error) {
    errors.write(`${sentence(error)}\n`);
    return 2;
  }
}

async function run(settings: Settings, output: Screen): Promise<Report> {
  const { command, json, html } = settings;
  const cases = casesFor(command, chosen(settings));
  if (cases.length === 0) throw new CommandError(`None of these cases tests a ${command}.`);
  const progress = new Progress(output, catalogue, cases);
  const options = runOptions(settings, cases, (result, done, total) => progress.ended(result, done, total));
  const report =
    command === 'server' ? await runServer(settings.url, options) : await runClient(settings, options, output);
  progress.summary(report);
  if (json !== undefined) {
    await mkdir(dirname(json), { recursive: true });
    await writeFile(json, `${JSON.stringify(withoutLogs(report), undefined, 2)}\n`);
  }
  if (html !== undefined) output.write(`${await writePages(html, report)}\n`);
  return report;
}

function chosen({ selection }: Settings): Case[] {
  try {
    return selectCases(catalogue, selection);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

async function runClient(settings: Settings, options: RunServerOptions, output: Screen): Promise<Report> {
  const tester = await serveClients({ ...options, host: settings.host, port: settings.port });
  const count = options.cases?.length ?? 0;
  output.write(
    `Connect the client under test to ${tester.url}/case/1?agent=NAME and so on up to ${count}, then to ${tester.url}/report?agent=NAME.\n`,
  );
  const report = await tester.firstReport;
  await tester.drained();
  await tester.close();
  return report;
}

function runOptions(settings: Settings, cases: Case[], onResult: OnResult): RunServerOptions {
  const { timeout, concurrency, messages, agent, insecure, deflate } = settings;
  return {
    cases,
    onResult,
    insecure,
    requireDeflate: deflate,
    ...(timeout === undefined ? {} : { timeout }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(messages === undefined ? {} : { messages }),
    ...(agent === undefined ? {} : { agent }),
  };
}

/** A summary is for programs; the wire logs are in the pages. */
function withoutLogs(report: Report): Report {
  return { ...report, cases: report.cases.map(({ log: _, ...result }): CaseResult => result) };
}

function sentence(error: unknown): string {
  if (error instanceof CommandError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED')
    return 'Nothing listens there: start the echo server first, or check the host and the port.';
  if (code === 'EADDRINUSE') return 'The port is taken: give another with --port.';
  return `It could not be run: ${message}.`;
}
