// The command: from its arguments to its exit status.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CommandError, readArguments, type Settings, USAGE } from './arguments.ts';
import type { Case } from './case.ts';
import { casesFor, catalogue } from './catalogue.ts';
import { NoWebSocket } from './failure.ts';
import { writePages } from './html/write-pages.ts';
import { probe } from './probe.ts';
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
  const { timeout, insecure } = settings;
  if (command === 'server') await probe(settings.url, { insecure, ...(timeout === undefined ? {} : { timeout }) });
  // Before the run, so that a wrong path does not cost its results.
  if (json !== undefined) await mkdir(dirname(json), { recursive: true });
  if (html !== undefined) await mkdir(html, { recursive: true });
  const progress = new Progress(output, catalogue, cases);
  const options = runOptions(settings, cases, (result, done, total) => progress.ended(result, done, total));
  const report =
    command === 'server'
      ? await runServer(settings.url, options)
      : await runClient(settings, cases.length, options, output);
  progress.summary(report);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(withoutLogs(report), undefined, 2)}\n`);
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

async function runClient(
  settings: Settings,
  count: number,
  options: RunServerOptions,
  output: Screen,
): Promise<Report> {
  const tester = await serveClients({ ...options, host: settings.host, port: settings.port });
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

/** What to do about an error of the system, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there: start the echo server first, or check the host and the port.',
  ETIMEDOUT: 'Nothing answers there: check the host and the port.',
  TimeoutError: 'Nothing answers there in time: check the host, the port, and whether it is ws: or wss:.',
  ENOTFOUND: 'The host has no address: check how it is spelt.',
  EADDRINUSE: 'The port is taken: give another with --port.',
  EADDRNOTAVAIL: 'This machine has no such address: give one of its own with --host.',
  EPROTO: 'The server does not speak TLS: give a URL that begins with ws:.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'The server does not speak TLS: give a URL that begins with ws:.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate of the server is not trusted: --insecure accepts any.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate of the server is not trusted: --insecure accepts any.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate of the server is not trusted: --insecure accepts any.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate of the server is for another host: --insecure accepts any.',
};

function sentence(error: unknown): string {
  if (error instanceof CommandError || error instanceof NoWebSocket) return error.message;
  const { code = '', name, message } = error as NodeJS.ErrnoException;
  return ADVICE[code] ?? ADVICE[name] ?? `It could not be run: ${message.trim()}.`;
}
