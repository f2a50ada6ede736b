// The servers of the soaks, as applications write them.

import type { AddressInfo } from 'node:net';
import {
  type Handler,
  type NodeConnection,
  refuse,
  type ServeOptions,
  type Server,
  serve,
} from '@framewire/node-server';
import { Broadcast } from './broadcast.ts';

/** Clients that ask for this path hear their message back, and then the server closes. */
export const FAREWELL_PATH = '/farewell';
/** Nobody may connect here. */
export const REFUSED_PATH = '/refused';
/** What waits for a reader of a broadcast; the default of 4 MiB, for a thousand that have stopped, is more than a small machine has. */
export const STALLED_QUEUE: number = 256 * 1024;

export type ServerKind = 'echo' | 'patient-echo' | 'broadcast';

/** Of handshakes and closes, at both ends: on a machine that is busy with other things nothing is to go wrong for want of time. */
export const PATIENCE = { handshakeTimeout: 60_000, closeTimeout: 60_000 } as const;

/** Everybody comes from the same few addresses here; one process may have 20,000 files. */
const LIMITS = {
  ...PATIENCE,
  maxConnections: 20_000,
  maxConnectionsPerAddress: 20_000,
  maxPendingHandshakes: 20_000,
  maxPendingHandshakesPerAddress: 20_000,
};

/** A server that listens. */
export interface SoakServer {
  readonly server: Server;
  readonly port: number;
  /** For a server that broadcasts. */
  readonly broadcast: Broadcast;
  /** Connections that ended because they did not read. */
  slow: number;
}

export async function startServer(kind: ServerKind): Promise<SoakServer> {
  const started: { slow: number; broadcast?: Broadcast } = { slow: 0 };
  const handlers: Readonly<Record<ServerKind, Handler>> = {
    echo,
    'patient-echo': patientEcho,
    broadcast: (connection) => {
      connection.listen({
        message: () => started.broadcast?.acknowledged(),
        closed: ({ sent }) => {
          if (sent?.code === POLICY_VIOLATION) started.slow++;
        },
      });
    },
  };
  const options: ServeOptions = {
    host: '127.0.0.1',
    port: 0,
    authorize: ({ path }) => (path === REFUSED_PATH ? refuse(403) : undefined),
    ...LIMITS,
    // The readers of a broadcast say nothing, and who stops reading could not answer a Ping: it is the queue that is to find them.
    // Nor will they answer a Close.
    ...(kind === 'broadcast' && {
      keepalive: false,
      closeTimeout: 1000,
      sendHighWater: STALLED_QUEUE / 2,
      maxSendQueue: STALLED_QUEUE,
    }),
  };
  const server = await serve(handlers[kind], options);
  const broadcast = new Broadcast(server);
  started.broadcast = broadcast;
  return Object.assign(started, { server, port: (server.address as AddressInfo).port, broadcast });
}

const POLICY_VIOLATION = 1008;

const echo: Handler = (connection, { path }) => {
  // Not the path itself: it is a part of the request, and would keep all of that as long as the connection.
  const closes = path === FAREWELL_PATH;
  connection.listen({
    message: (message) => {
      connection.send(message);
      if (closes) void connection.close(1000);
    },
  });
};

/** Reads no more than it can send. */
async function patientEcho(connection: NodeConnection): Promise<void> {
  for await (const message of connection) if (!connection.send(message)) await connection.drained();
}
