// Redirects: a 3xx is HTTP, never an open connection. A client that follows one to another origin takes no credentials there.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ClientWire } from '../../client-wire.ts';
import { CaseFailure } from '../../failure.ts';
import { encodeHead, readHead, valuesOf } from '../../wire/head.ts';
import { notSwitched } from './client-verdicts.ts';
import { clientHandshake, type Unnumbered } from './family.ts';

const STATUSES: readonly string[] = [
  '301 Moved Permanently',
  '302 Found',
  '303 See Other',
  '307 Temporary Redirect',
  '308 Permanent Redirect',
];

/** Fields that belong to the origin they were meant for. */
const SECRETS: readonly string[] = ['authorization', 'proxy-authorization'];

export const redirects: readonly Unnumbered[] = STATUSES.map((status) =>
  clientHandshake({
    title: `A redirect with ${status} to another origin, with all fields of a 101 and frames as its body`,
    expectation:
      'The client does not take it for an open connection; if it follows, which it need not, it takes no credentials of the URL there.',
    rfc: '6455 4.1',
    run: (wire) => redirected(wire, `HTTP/1.1 ${status}`),
  }),
);

async function redirected(wire: ClientWire, start: string): Promise<void> {
  let leaked: string | undefined;
  const followers = new Set<Socket>();
  const elsewhere = createServer((socket) => {
    followers.add(socket);
    let bytes: Buffer = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const fields = bytes.includes('\r\n\r\n') ? fieldsOf(bytes) : undefined;
      if (fields === undefined) return;
      leaked ??= SECRETS.find((name) => valuesOf(fields, name).length > 0);
      socket.end(
        encodeHead('HTTP/1.1 404 Not Found', [
          ['Content-Length', '0'],
          ['Connection', 'close'],
        ]),
      );
    });
  });
  elsewhere.listen(0, wire.link.localAddress);
  await once(elsewhere, 'listening');
  try {
    await notSwitched(wire, start, { Location: locationOf(elsewhere.address() as AddressInfo) });
  } finally {
    elsewhere.close();
    // Who followed may keep its connection, or have said nothing that can be answered.
    for (const socket of followers) socket.destroy();
  }
  if (leaked !== undefined) throw new CaseFailure(`Expected no credentials at another origin, and received ${leaked}.`);
}

function fieldsOf(bytes: Buffer) {
  try {
    return readHead(bytes)?.fields;
  } catch {
    return undefined;
  }
}

/** Of a server on TCP, which listens. */
function locationOf(address: AddressInfo): string {
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `ws://${host}:${address.port}/elsewhere`;
}
