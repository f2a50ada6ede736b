// Both ends of one TCP connection.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Link } from '../../src/wire/link.ts';

export interface Ends {
  readonly link: Link;
  /** The other end, by hand. */
  readonly other: Socket;
}

/** What runs is handed both ends, which are gone afterwards. */
export async function withLink(run: (ends: Ends) => Promise<void>): Promise<void> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A TCP server has an address.');
  const accepted: Promise<Socket[]> = once(server, 'connection') as Promise<Socket[]>;
  const socket = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  const [other] = await accepted;
  if (other === undefined) throw new Error('A connection was accepted.');
  other.on('error', () => other.destroy());
  const link = new Link(socket);
  try {
    await run({ link, other });
  } finally {
    link.destroy();
    other.destroy();
    server.close();
  }
}

/** On the clock deadlines are on. */
export function inMilliseconds(milliseconds: number): number {
  return performance.now() + milliseconds;
}
