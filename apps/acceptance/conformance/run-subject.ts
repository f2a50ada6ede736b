// One endpoint against the tester: starts it, lets it be judged, stops it.

import { type Case, type CaseResult, type Report, runServer, serveClients } from '@framewire/conformance';
import { selfSigned } from '../../../packages/node-server/test/support/self-signed.ts';
import { run, start } from '../src/child.ts';
import type { Subject } from './subjects.ts';

/** How a run goes. */
export interface RunSettings {
  readonly cases: readonly Case[];
  /** How many messages the long cases send. */
  readonly messages: number;
  /** Milliseconds a case may take; the default of the tester if left out. */
  readonly timeout?: number;
  readonly onResult?: (result: CaseResult, done: number, total: number) => void;
}

/** What the tester says of the endpoint. */
export function runSubject(subject: Subject, settings: RunSettings): Promise<Report> {
  const options = { ...settings, agent: subject.name };
  return subject.endpoint === 'server' ? testServer(subject, options) : testClient(subject, options);
}

type Options = Parameters<typeof runServer>[1];

async function testServer(subject: Subject, options: Options): Promise<Report> {
  const server = await start(subject.command('', ''));
  try {
    return await runServer(server.line, { ...options, insecure: true });
  } finally {
    await server.stop();
  }
}

async function testClient(subject: Subject, options: Options): Promise<Report> {
  const tester = await serveClients({ ...options, ...(subject.secure && { tls: selfSigned() }) });
  try {
    const client = run(subject.command(tester.url, 'client'));
    const failed = client.then(({ code, stdout, stderr }) => {
      if (code !== 0) throw new Error(`${subject.name} ended with ${code}.\n${stdout}${stderr}`);
      return tester.firstReport;
    });
    return await Promise.race([tester.firstReport, failed]);
  } finally {
    await tester.close();
  }
}
