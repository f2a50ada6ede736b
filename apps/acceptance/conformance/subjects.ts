// The endpoints of ours that are tested, each in a process of its own.

import type { Command } from '../src/child.ts';
import { at, node } from '../src/runtimes.ts';

/** An endpoint under test. */
export interface Subject {
  readonly name: string;
  readonly endpoint: 'server' | 'client';
  /** Starts it. A server prints its URL; a client gets that of its tester, and the name it has in the report. */
  readonly command: (testerUrl: string, agent: string) => Command;
  /** Whether a case may be about something it does not have. Any other that is not supported is a failure. */
  readonly mayLack: (id: string) => boolean;
  /** Takes long at what moves much data. */
  readonly isSlow: boolean;
  /** Whether the client's tester speaks TLS. */
  readonly secure: boolean;
}

type Compression = 'none' | 'deflate' | 'takeover';

/** What compression is needed for, and what a peer's context takeover is needed for. */
const LACKING: Readonly<Record<Compression, RegExp>> = {
  none: /^/,
  deflate: /^deflate\.1\.20$/,
  takeover: /^$/,
};

interface Kind {
  readonly name: string;
  /** What the server listens with; for a client whether it speaks TLS. */
  readonly over: 'plain' | 'tls' | 'upgrade';
  readonly compression: Compression;
  readonly oneByte?: boolean;
}

const SERVERS: readonly Kind[] = [
  { name: 'serve()', over: 'plain', compression: 'none' },
  { name: 'serve() with TLS', over: 'tls', compression: 'none' },
  { name: 'upgrade() on http.Server', over: 'upgrade', compression: 'none' },
  { name: 'serve() with deflate', over: 'plain', compression: 'deflate' },
  { name: 'serve() with deflate and context takeover', over: 'plain', compression: 'takeover' },
  { name: 'serve() with deflate, read byte by byte', over: 'plain', compression: 'takeover', oneByte: true },
];

const CLIENTS: readonly Kind[] = [
  { name: 'connect()', over: 'plain', compression: 'none' },
  { name: 'connect() with TLS', over: 'tls', compression: 'none' },
  { name: 'connect() with deflate', over: 'plain', compression: 'deflate' },
  { name: 'connect() with deflate and context takeover', over: 'plain', compression: 'takeover' },
  { name: 'connect() with deflate, read byte by byte', over: 'plain', compression: 'takeover', oneByte: true },
];

/** Everything of ours that is tested. */
export const OURS: readonly Subject[] = [
  ...SERVERS.map((kind) => subject(kind, 'server', () => [at('conformance/our-server.mjs'), kind.over])),
  ...CLIENTS.map((kind) => subject(kind, 'client', (url, agent) => [at('conformance/our-client.mjs'), url, agent])),
];

function subject(
  { name, over, compression, oneByte }: Kind,
  endpoint: 'server' | 'client',
  program: (url: string, agent: string) => readonly string[],
): Subject {
  const preload = oneByte === true ? ['--import', at('conformance/one-byte-reads.mjs')] : [];
  return {
    name,
    endpoint,
    command: (url, agent) => [node(24), ...preload, ...program(url, agent), compression],
    mayLack: (id) => LACKING[compression].test(id),
    isSlow: oneByte === true,
    secure: over === 'tls',
  };
}
