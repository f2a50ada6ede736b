// Two ends of one stream, of every kind a transport has to live with. Both are destroyed when the test is over.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type Duplex, duplexPair as nodeDuplexPair } from 'node:stream';
import { createServer as createTlsServer, connect as tlsConnect } from 'node:tls';
import { onTestFinished } from 'vitest';
import { cert, key } from './localhost-certificate.ts';

export interface Pair<Stream extends Duplex = Duplex> {
  readonly near: Stream;
  readonly far: Stream;
}

/** Ignores errors, as only a test may. */
function guarded<Stream extends Duplex>(pair: Pair<Stream>): Pair<Stream> {
  for (const stream of [pair.near, pair.far]) stream.on('error', () => {});
  onTestFinished(() => {
    pair.near.destroy();
    pair.far.destroy();
  });
  return pair;
}

async function accept(server: Server, event: string, dial: (port: number) => Socket): Promise<Pair<Socket>> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = dial((server.address() as AddressInfo).port);
  const [far] = (await once(server, event)) as [Socket];
  if (event === 'connection' && near.connecting) await once(near, 'connect');
  server.close();
  return guarded({ near, far });
}

export function tcpPair(): Promise<Pair<Socket>> {
  return accept(createServer({ allowHalfOpen: true }), 'connection', (port) => connect({ port, host: '127.0.0.1' }));
}

export async function tlsPair(): Promise<Pair<Socket>> {
  let secured: Promise<unknown> | undefined;
  const pair = await accept(createTlsServer({ cert, key }), 'secureConnection', (port) => {
    const socket = tlsConnect({ port, host: '127.0.0.1', ca: cert });
    secured = once(socket, 'secureConnect');
    return socket;
  });
  await secured;
  return pair;
}

export async function duplexPair(): Promise<Pair> {
  const [near, far] = nodeDuplexPair();
  return guarded({ near, far });
}

export const KINDS: readonly { readonly name: string; readonly open: () => Promise<Pair> }[] = [
  { name: 'TCP', open: tcpPair },
  { name: 'TLS', open: tlsPair },
  { name: 'a Duplex', open: duplexPair },
];
