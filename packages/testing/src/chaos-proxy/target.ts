// Where the proxy leads to, and what its own URL is.

import { UsageError } from '@framewire/protocol';

/** A URL, such as a server's own `url`, or a host and a port. Without a host it is 127.0.0.1. */
export type Target = string | URL | { readonly host?: string; readonly port: number };

/** Where to connect. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['ws:', 80],
  ['http:', 80],
  ['wss:', 443],
  ['https:', 443],
]);

/** @throws UsageError INVALID_URL, INVALID_OPTION */
export function addressOf(target: Target): Address {
  if (typeof target !== 'string' && !(target instanceof URL)) {
    const { host = '127.0.0.1', port } = Object(target) as { host?: string; port?: number };
    return { host, port: checkPort('target.port', port, 1) };
  }
  const url = parse(target);
  const port = url.port === '' ? DEFAULT_PORTS.get(url.protocol) : Number(url.port);
  if (url.hostname === '' || port === undefined) {
    throw new UsageError('INVALID_URL', `The target must be a URL with a host and a port, not ${url.href}.`);
  }
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port };
}

/** The target's URL with another address: what a client is given instead. */
export function urlOf(target: Target, { host, port }: Address): string {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (typeof target !== 'string' && !(target instanceof URL)) return `tcp://${authority}`;
  const { protocol, pathname, search } = parse(target);
  return `${protocol}//${authority}${pathname}${search}`;
}

/** @throws UsageError INVALID_OPTION */
export function checkPort(name: string, port: unknown, least: 0 | 1): number {
  if (typeof port === 'number' && Number.isInteger(port) && port >= least && port <= 65_535) return port;
  throw new UsageError('INVALID_OPTION', `${name} must be a whole number from ${least} to 65535, not ${String(port)}.`);
}

function parse(target: string | URL): URL {
  try {
    return new URL(target);
  } catch (cause) {
    throw new UsageError('INVALID_URL', `The target is no URL: ${String(target)}`, { cause });
  }
}
