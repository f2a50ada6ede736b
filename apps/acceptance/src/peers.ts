// The real peers of the interop tests: how to start each as a client and as a server, what it is, and what its users cannot do with it. What a
// peer does when it runs is the same for all, and written down in peers/acts.mjs.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findChromium, findFirefox } from '../../../scripts/browsers.ts';
import { gorilla, inPath, libwebsockets, versionInDebian } from './compiled-peers.ts';
import { at, BUN, DENO, NODE_VERSIONS, node, type Program } from './runtimes.ts';

/** What a scenario may ask of a peer, of that what its public API may lack. */
export type Ability = 'fragments' | 'ping' | 'deflate' | 'compress';

type Role = 'client' | 'server';

/** A proxy that stands between our client and our server. */
export type ProxyName = 'nginx' | 'HAProxy' | 'Caddy' | 'Apache';

/** A peer in one of its roles. */
export interface Peer {
  readonly name: string;
  readonly role: Role;
  /** A program, a page in a browser, or a proxy before our server. */
  readonly kind: 'program' | 'page' | 'proxy';
  /** What to start: a client gets URLs as further arguments, a server prints its port. Of a browser or proxy: only what must be here. */
  readonly program: () => Program | Promise<Program>;
  readonly version: () => string | Promise<string>;
  /** What it cannot, and why. */
  readonly cannot: Partial<Record<Ability, string>>;
  /** Why there is nothing to run, on any machine. */
  readonly absent?: string;
  /** The packages of Debian it needs, its own first. */
  readonly debian?: string;
}

type Cannot = Peer['cannot'];
type Versioned = Pick<Peer, 'version'>;

const CLIENT = at('peers/echo-client.mjs');
const SERVER = at('peers/echo-server.mjs');

const NO_FRAGMENTS = 'it has no call that sends fragments';
const NO_PING = 'it has no call that sends a Ping';
const NO_DEFLATE = 'it has no permessage-deflate';
const OF_BROWSERS: Cannot = { fragments: NO_FRAGMENTS, ping: NO_PING };
const OF_UNDICI: Cannot = { fragments: NO_FRAGMENTS, compress: 'it inflates, but never compresses what it sends' };
const OF_DENO: Cannot = { ...OF_BROWSERS, deflate: NO_DEFLATE };

function program(
  name: string,
  role: Role,
  command: Program['command'] | (() => Promise<Program['command']>),
  version: Versioned['version'],
  cannot: Cannot = {},
  debian?: string,
): Peer {
  const start = async (): Promise<Program> => ({
    name,
    command: typeof command === 'function' ? await command() : command,
  });
  return { name, role, kind: 'program', program: start, version, cannot, ...(debian !== undefined && { debian }) };
}

/** A library of npm, on this version of Node. */
function library(
  name: string,
  runsOn: (typeof NODE_VERSIONS)[number],
  roles: readonly Role[],
  cannot: Cannot = {},
): Peer[] {
  return roles.map((role) => {
    const script = role === 'client' ? CLIENT : SERVER;
    return program(name, role, [node(runsOn), script, name], () => versionOf(name), cannot);
  });
}

function nativeOfNode(version: (typeof NODE_VERSIONS)[number]): Peer {
  const name = `WebSocket of Node ${version}`;
  const peer = program(name, 'client', [node(version), CLIENT, 'native'], () => versionOf(`node-${version}`), {
    ...OF_UNDICI,
    ping: NO_PING,
  });
  return version === 20
    ? { ...peer, absent: 'Node 20 has no WebSocket unless it is told to with --experimental-websocket' }
    : peer;
}

function python(module: string, cannot: Cannot = {}): Peer[] {
  let found: string | undefined;
  const interpreter = (): string => {
    found ??= pythonWith(module);
    return found;
  };
  const command = async (): Promise<Program['command']> => [interpreter(), '-B', at(`peers/${module}_peer.py`)];
  const ask = `import ${module}; print(${module}.__version__)`;
  const version = (): string => numberIn(spawnSync(interpreter(), ['-c', ask], { encoding: 'utf8' }));
  return (['client', 'server'] as const).map((role) =>
    program(`${module} of Python`, role, command, version, cannot, `python3-${module}`),
  );
}

function compiled(name: string, command: () => Promise<Program['command']>, debian: string): Peer[] {
  const [library = ''] = debian.split(' ');
  const version = (): string => versionInDebian(library);
  return (['client', 'server'] as const).map((role) => program(name, role, command, version, {}, debian));
}

function page(name: 'Chromium' | 'Firefox', debian: string): Peer {
  const find = async (): Promise<string> => {
    const found = name === 'Firefox' ? findFirefox(process.env) : await findChromium(process.env);
    return found?.path ?? name;
  };
  const version = async (): Promise<string> => numberIn(spawnSync(await find(), ['--version'], { encoding: 'utf8' }));
  const program = async (): Promise<Program> => ({ name, command: [await find()] });
  return { name, role: 'client', kind: 'page', program, version, cannot: OF_BROWSERS, debian };
}

function proxy(name: ProxyName, binary: string, debian: string, flag: string): Peer {
  const path = inPath(binary);
  const version = (): string => numberIn(spawnSync(path, [flag], { encoding: 'utf8' }));
  return {
    name,
    role: 'server',
    kind: 'proxy',
    program: () => ({ name, command: [path] }),
    version,
    cannot: {},
    debian,
  };
}

/** Those that `npm test` has: of npm, and of the two Python packages it installs in CI. */
export const PEERS_OF_TESTS: readonly Peer[] = [
  ...library('framewire', 24, ['server']),
  ...library('ws', 20, ['client', 'server']),
  ...library('websocket', 24, ['client', 'server'], { deflate: NO_DEFLATE }),
  ...library('faye-websocket', 24, ['client', 'server'], { fragments: NO_FRAGMENTS }),
  ...library('undici', 24, ['client'], OF_UNDICI),
  ...NODE_VERSIONS.map(nativeOfNode),
  program('Bun', 'client', [BUN, CLIENT, 'native'], () => versionOf('bun'), { fragments: NO_FRAGMENTS }),
  program('Bun', 'server', [BUN, SERVER, 'native'], () => versionOf('bun'), { fragments: NO_FRAGMENTS }),
  program('Deno', 'client', [DENO, 'run', '--allow-all', CLIENT, 'native'], () => versionOf('deno'), OF_DENO),
  program('Deno', 'server', [DENO, 'run', '--allow-all', SERVER, 'native'], () => versionOf('deno'), OF_DENO),
  ...library('uwebsockets', 20, ['server']),
  ...python('websockets'),
  ...python('aiohttp', { fragments: NO_FRAGMENTS }),
];

/** All of them. */
export const PEERS: readonly Peer[] = [
  ...PEERS_OF_TESTS,
  ...python('wsproto'),
  ...compiled('libwebsockets', libwebsockets, 'libwebsockets-dev gcc libc6-dev'),
  ...compiled('gorilla/websocket', gorilla, 'golang-github-gorilla-websocket-dev golang-go'),
  page('Chromium', 'chromium'),
  page('Firefox', 'firefox-esr'),
  proxy('nginx', 'nginx', 'nginx', '-v'),
  proxy('HAProxy', 'haproxy', 'haproxy', '-v'),
  proxy('Caddy', 'caddy', 'caddy', 'version'),
  proxy('Apache', 'apache2', 'apache2-bin', '-v'),
];

/** The interpreter that has this module: the one of the system's packages need not be the first in PATH. */
function pythonWith(module: string): string {
  const found = ['/usr/bin/python3', 'python3'].find(
    (python) => spawnSync(python, ['-c', `import ${module}`]).status === 0,
  );
  return found ?? `python3 with ${module}`;
}

/** The version of a package installed here; of ours, the one they are published with. */
function versionOf(name: string): string {
  const path = name === 'framewire' ? 'node_modules/@framewire/node-server' : `node_modules/${name}`;
  const { version } = JSON.parse(readFileSync(at(`${path}/package.json`), 'utf8')) as { version: string };
  return version;
}

/** The version in what a program printed about itself. */
function numberIn({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): string {
  return /\d+(?:\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? '';
}
