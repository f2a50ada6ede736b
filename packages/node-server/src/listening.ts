// Where a server listens, and what clients are told of it.

import type { AddressInfo, ListenOptions } from 'node:net';
import { limit, UsageError } from '@framewire/protocol';
import type { ServeOptions } from './options.ts';

type Listening = Pick<ServeOptions, 'port' | 'host' | 'socketPath' | 'backlog' | 'reusePort'>;

/** @throws UsageError INVALID_OPTION naming the option that is wrong */
export function listenOptions(listening: Listening, nodeVersion: string = process.versions.node): ListenOptions {
  const { port, host, socketPath, backlog, reusePort } = listening;
  const options: ListenOptions = {};
  if (backlog !== undefined) options.backlog = limit('backlog', backlog, 0);
  if (reusePort !== undefined && typeof reusePort !== 'boolean') {
    throw new UsageError('INVALID_OPTION', `reusePort must be true or false, not ${String(reusePort)}.`);
  }
  if (socketPath !== undefined) {
    if (typeof socketPath !== 'string' || socketPath === '') {
      throw new UsageError('INVALID_OPTION', 'socketPath must be a file name.');
    }
    if (port !== undefined || host !== undefined) {
      throw new UsageError('INVALID_OPTION', 'Give either port and host, or socketPath.');
    }
    if (reusePort === true) {
      throw new UsageError('INVALID_OPTION', 'reusePort is for ports: on a socketPath only one server can listen.');
    }
    options.path = socketPath;
    return options;
  }
  if (!Number.isInteger(port) || (port as number) < 0 || (port as number) > 65_535) {
    throw new UsageError('INVALID_OPTION', `port must be 0 to 65535, and 0 for a free one, not ${String(port)}.`);
  }
  options.port = port;
  if (reusePort === true) {
    // Others ignore the option, and who listens second is told EADDRINUSE.
    if (!knowsReusePort(nodeVersion)) {
      throw new UsageError('INVALID_OPTION', `reusePort needs Node 22.12, 23.1 or later; this is ${nodeVersion}.`);
    }
    options.reusePort = true;
  }
  if (host === undefined) return options;
  if (typeof host !== 'string' || host === '') {
    throw new UsageError('INVALID_OPTION', 'host must be a name or an IP address, such as 127.0.0.1.');
  }
  options.host = host;
  return options;
}

function knowsReusePort(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 22 ? minor >= 12 : major === 23 ? minor >= 1 : major > 23;
}

/** Host and port as they stand in a URL. */
export function authorityOf(address: AddressInfo | string, host: string | undefined): string {
  if (typeof address === 'string') return 'localhost';
  const name = host === undefined || isEverywhere(address.address) ? 'localhost' : host;
  return `${name.includes(':') ? `[${name}]` : name}:${address.port}`;
}

function isEverywhere(address: string): boolean {
  return address === '::' || address === '0.0.0.0';
}
