// Where a server under test is, taken from its URL.

import type { LinkTarget } from './wire/link.ts';

export interface Address {
  readonly target: LinkTarget;
  /** What the Host field says. */
  readonly host: string;
  /** The request target. */
  readonly path: string;
}

/** Throws TypeError when the URL is not ws or wss. */
export function addressOf(url: string | URL, insecure = false): Address {
  const { pathname, search, host, hostname, port, protocol } = new URL(url);
  if (protocol !== 'ws:' && protocol !== 'wss:')
    throw new TypeError(`The URL must begin with ws: or wss:, not ${protocol}`);
  const secure = protocol === 'wss:';
  return {
    target: { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || (secure ? 443 : 80)), secure, insecure },
    host,
    path: pathname + search,
  };
}
