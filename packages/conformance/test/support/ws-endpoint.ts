// The library ws as the endpoint under test: an implementation that is nobody's of this repository, with known deviations.

import { WebSocket, WebSocketServer } from 'ws';
import type { Case } from '../../src/case.ts';
import { casesFor } from '../../src/catalogue.ts';
import type { Report } from '../../src/report.ts';
import { runServer } from '../../src/run-server.ts';
import { serveClients } from '../../src/serve-clients.ts';

const LIMITS = { perMessageDeflate: true, maxPayload: 33_554_432 };

function echo(socket: WebSocket): void {
  socket.on('error', () => undefined);
  socket.on('message', (data, binary) => socket.send(data, { binary }));
}

export async function reportOnWsServer(cases: readonly Case[]): Promise<Report> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...LIMITS });
  server.on('connection', echo);
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A TCP server has an address.');
  try {
    return await runServer(`ws://127.0.0.1:${address.port}/`, { cases, timeout: 4000 });
  } finally {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}

export async function reportOnWsClient(cases: readonly Case[], options: WebSocket.ClientOptions = {}): Promise<Report> {
  const tester = await serveClients({ cases, timeout: 4000 });
  try {
    await visit(`${tester.url}/count`, options);
    const numbers = Array.from(casesFor('client', cases), (_, index) => index + 1).values();
    const work = async () => {
      for (const number of numbers) await visit(`${tester.url}/case/${number}?agent=ws`, options);
    };
    await Promise.all(Array.from({ length: 8 }, work));
    await visit(`${tester.url}/report?agent=ws`, options);
    return await tester.firstReport;
  } finally {
    await tester.close();
  }
}

function visit(url: string, options: WebSocket.ClientOptions): Promise<void> {
  const socket = new WebSocket(url, { ...LIMITS, ...options });
  echo(socket);
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

/** The ids of the cases that did not pass. */
export function failedIds({ cases }: Report): string[] {
  return cases.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id);
}
