// From a URL to a socket that connects: TCP or a Unix socket, with TLS above it for wss. A plain socket is read into the buffer that all of
// them share, and what it reads goes into its inlet; TLS has no such way, and emits 'data'.

import { isIP, connect as netConnect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { type checkServerIdentity, connect as tlsConnect } from 'node:tls';
import { type Inlet, readShared } from '@framewire/node-transport';
import { UsageError } from '@framewire/protocol';
import type { ConnectOptions } from './connect-options.ts';
import type { WebSocketUrl } from './url.ts';

/**
 * Begins to connect. The socket emits `connect`, for wss later `secureConnect`, or else `error`.
 *
 * @throws UsageError INVALID_OPTION for an option that Node refuses, with Node's error as the cause
 */
export function dial(url: WebSocketUrl, options: ConnectOptions, inlet: Inlet): Socket {
  try {
    if (url.secure) return dialTls(url, options);
    return netConnect({ ...destination(url, options), onread: readShared(inlet) });
  } catch (error) {
    throw new UsageError('INVALID_OPTION', `Node refuses an option: ${(error as Error).message}`, { cause: error });
  }
}

function dialTls(url: WebSocketUrl, options: ConnectOptions): Socket {
  const { tls = {}, socketPath } = options;
  const { checkServerIdentity } = tls;
  // A socketPath that is too long fails at once: `tls.connect` would throw, and leave a socket behind whose error nobody hears.
  const bare = socketPath === undefined ? undefined : netConnect({ path: socketPath });
  if (bare?.destroyed) return bare;
  return tlsConnect({
    ...tls,
    ...(bare === undefined ? destination(url, options) : { socket: bare, host: url.hostname }),
    // An IP address must not be sent as a server name (RFC 6066, section 3); the certificate is then checked against `host`.
    servername: tls.servername ?? (isIP(url.hostname) === 0 ? url.hostname : ''),
    ...(checkServerIdentity !== undefined && { checkServerIdentity: returningErrors(checkServerIdentity) }),
    // The opening handshake is HTTP/1.1 (RFC 6455, section 4.1), so no server may choose HTTP/2.
    ALPNProtocols: ['http/1.1'],
  });
}

/** Node expects the error as the result; one that is thrown instead would end the process. */
function returningErrors(check: typeof checkServerIdentity): typeof checkServerIdentity {
  return (hostname, certificate) => {
    try {
      return check(hostname, certificate);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error), { cause: error });
    }
  };
}

function destination(url: WebSocketUrl, options: ConnectOptions): TcpNetConnectOpts & { path?: string } {
  const { socketPath, family, lookup, localAddress } = options;
  return {
    host: url.hostname,
    port: url.port,
    ...(socketPath !== undefined && { path: socketPath }),
    ...(family !== undefined && { family }),
    ...(lookup !== undefined && { lookup }),
    ...(localAddress !== undefined && { localAddress }),
  };
}
