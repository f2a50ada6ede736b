// Runs cases against the echo endpoints of this folder, and says how they were judged.

import type { Case } from '../../src/case.ts';
import { catalogue } from '../../src/catalogue.ts';
import type { CaseResult, Report } from '../../src/report.ts';
import { type RunServerOptions, runServer } from '../../src/run-server.ts';
import { serveClients } from '../../src/serve-clients.ts';
import { type EchoClientOptions, walk } from './echo-client.ts';
import { type EchoServerOptions, startEchoServer } from './echo-server.ts';

/** Short, because a fault that shows in silence is only judged when it is over. */
const TIMEOUT = 1000;

export function caseOf(id: string): Case {
  const one = catalogue.flatMap(({ cases }) => cases).find((one) => one.id === id);
  if (one === undefined) throw new Error(`There is no case ${id}.`);
  return one;
}

export function sectionCases(id: string): readonly Case[] {
  return catalogue.find((section) => section.id === id)?.cases ?? [];
}

/** How a server is judged. */
export async function reportOnServer(
  cases: readonly Case[],
  options: EchoServerOptions = {},
  run: RunServerOptions = {},
): Promise<Report> {
  const server = await startEchoServer(options);
  try {
    return await runServer(server.url, { timeout: TIMEOUT, messages: 5, ...run, cases });
  } finally {
    await server.close();
  }
}

export async function judgeServer(one: Case, options: EchoServerOptions = {}): Promise<CaseResult> {
  return only(await reportOnServer([one], options));
}

/** How a client is judged. */
export async function reportOnClient(cases: readonly Case[], options: EchoClientOptions = {}): Promise<Report> {
  const tester = await serveClients({ cases, timeout: TIMEOUT, messages: 5 });
  try {
    await walk(tester.url, 'echo', options);
    return await tester.firstReport;
  } finally {
    await tester.close();
  }
}

export async function judgeClient(one: Case, options: EchoClientOptions = {}): Promise<CaseResult> {
  return only(await reportOnClient([one], options));
}

/** The cases that did not pass, each with its sentence. */
export function failures({ cases }: Report): string[] {
  return cases.filter(({ outcome }) => outcome !== 'pass').map(({ id, failure }) => `${id}: ${failure}`);
}

function only(report: Report): CaseResult {
  const [result] = report.cases;
  if (result === undefined) throw new Error('The report has no case.');
  return result;
}
