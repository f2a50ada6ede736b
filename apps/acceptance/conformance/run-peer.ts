// A peer of the interop matrix against the tester, in either role. As a server it echoes at any path that names no other act; as a client it is
// given the path of each case, and is started again behind a case that ends its process.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { casesFor, type Report, runServer, serveClients } from '@framewire/conformance';
import { openPages, pageServer } from '../interop/page-client.ts';
import { begin, type Running } from '../src/child.ts';
import type { Peer } from '../src/peers.ts';
import { within } from '../src/within.ts';
import type { RunSettings } from './run-subject.ts';

/** What the tester says of the peer. */
export function testPeer(peer: Peer, settings: RunSettings): Promise<Report> {
  const options = { ...settings, agent: peer.name };
  return peer.role === 'server' ? testServer(peer, options) : testClient(peer, options);
}

/** Longer than any case takes, in milliseconds. */
const PATIENCE = 30_000;

type Options = NonNullable<Parameters<typeof runServer>[1]> & RunSettings;

async function testServer(peer: Peer, options: Options): Promise<Report> {
  const { command } = await peer.program();
  const server = begin(command);
  try {
    return await runServer(`ws://127.0.0.1:${await server.next()}/echo`, options);
  } finally {
    await server.stop();
  }
}

async function testClient(peer: Peer, options: Options): Promise<Report> {
  const tester = await serveClients(options);
  const agent = 'agent=peer';
  const count = casesFor('client', options.cases).length;
  const urls = Array.from({ length: count }, (_, at) => `${tester.url}/case/${at + 1}?${agent}`);
  try {
    // It says a line for each connection that ended. One that ends the process says none.
    for (let next = 0; next < urls.length; ) {
      const client = await startClient(peer, urls.slice(next));
      try {
        for (; next < urls.length; next++) await within(client.next(), PATIENCE, 'the client said nothing');
      } catch {
        // It ended, or it hangs: some never tell their user that a connection is gone.
        next++;
      } finally {
        await client.stop();
      }
    }
    const last = await startClient(peer, [`${tester.url}/report?${agent}`]);
    const report = await tester.firstReport;
    await last.stop();
    return report;
  } finally {
    await tester.close();
  }
}

async function startClient(peer: Peer, urls: readonly string[]): Promise<Running> {
  if (peer.kind !== 'page') return begin([...(await peer.program()).command, ...urls]);
  const home = pageServer().listen(0, '127.0.0.1');
  await once(home, 'listening');
  const pages = await openPages(peer, urls, `http://127.0.0.1:${(home.address() as AddressInfo).port}`);
  return {
    next: () => pages.next(),
    async stop() {
      await pages.stop();
      home.closeAllConnections();
      home.close();
    },
  };
}
