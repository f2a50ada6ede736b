// Which URL a connection is opened with, by the rules of the WHATWG constructor (WebSockets Standard, section 3.1): http and https mean
// ws and wss, a fragment is refused, and a relative URL needs a base. What a request says of the URL is taken from it here, once.

import { Buffer } from 'node:buffer';
import { UsageError } from '@framewire/protocol';

/** A URL taken apart. */
export interface WebSocketUrl {
  /** The whole, without user name and password. */
  readonly href: string;
  /** Whether the scheme is wss. */
  readonly secure: boolean;
  /** Whom to connect to: a name or an IP address, the latter without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** The Host field: the port stands in it unless it is the scheme's default. */
  readonly host: string;
  /** The request target: path and query. */
  readonly target: string;
  /** The Authorization field for the user name and password in the URL, if it has any (RFC 7617). */
  readonly authorization: string | undefined;
}

/** @throws UsageError INVALID_URL */
export function parseUrl(url: string | URL, baseUrl?: string | URL): WebSocketUrl {
  if (!URL.canParse(String(url), baseUrl === undefined ? undefined : String(baseUrl))) {
    const remedy =
      baseUrl === undefined
        ? 'give one that begins with ws:// or wss://, or set baseUrl'
        : `it is not valid on the base ${withoutUser(baseUrl)}`;
    throw new UsageError('INVALID_URL', `Cannot connect to ${withoutUser(url)}: ${remedy}.`);
  }
  const parsed = new URL(url, baseUrl);
  parsed.protocol = parsed.protocol.replace(/^http/, 'ws');
  const authorization = basicAuthorization(parsed);
  parsed.username = '';
  parsed.password = '';
  const { href, protocol, hostname, host, port, pathname, search } = parsed;
  if (protocol !== 'ws:' && protocol !== 'wss:') {
    throw new UsageError('INVALID_URL', `Cannot connect to ${href}: use ws:// or wss://, not ${protocol}.`);
  }
  // `hash` is empty for a bare '#', too. "MUST NOT be used" (RFC 6455, section 3).
  if (href.includes('#')) {
    throw new UsageError('INVALID_URL', `Cannot connect to ${href}: leave out the fragment, servers never get it.`);
  }
  const secure = protocol === 'wss:';
  return {
    href,
    secure,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    host,
    target: pathname + search,
    authorization,
  };
}

function basicAuthorization({ username, password, host }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const user = decode(username, host);
  // The first colon ends the user name (RFC 7617, section 2).
  if (user.includes(':')) throw unfit(host, 'has a colon');
  return `Basic ${Buffer.from(`${user}:${decode(password, host)}`).toString('base64')}`;
}

function decode(text: string, host: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unfit(host, 'or the password is not percent-encoded UTF-8');
  }
}

function unfit(host: string, what: string): UsageError {
  return new UsageError('INVALID_URL', `Cannot connect to ${host}: the user name in the URL ${what}.`);
}

/** For messages: what might be a password does not belong in a log. */
function withoutUser(url: string | URL): string {
  return String(url).replace(/\/\/[^/]*@/, '//');
}
