// The peers that are compiled: from their sources in peers/ and the libraries of Debian's packages, without the network, once a run.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Command, output } from './child.ts';
import { at } from './runtimes.ts';

const FOLDER = at('node_modules/.cache/interop');
const GOPATH = '/usr/share/gocode';

/** The file in PATH, or where only root has it in PATH; the bare name if it is nowhere. */
export function inPath(name: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(existsSync) ?? name;
}

/** The version of a package of Debian, without what Debian added to it. */
export function versionInDebian(name: string): string {
  const { stdout } = spawnSync('dpkg-query', ['--show', name], { encoding: 'utf8' });
  // The name may hold digits, too, and stands before a tab.
  return /\t(?:\d+:)?(\d+(?:\.\d+)+)/.exec(stdout)?.[1] ?? '';
}

/** Compiles when what that takes is here; else gives the file that is missing, which nobody can start. */
function compiled(
  name: string,
  takes: readonly string[],
  command: (file: string) => Command,
  env = {},
): () => Promise<Command> {
  let made: Promise<Command> | undefined;
  const make = async (): Promise<Command> => {
    const missing = takes.find((file) => !existsSync(file));
    if (missing !== undefined) return [missing];
    mkdirSync(FOLDER, { recursive: true });
    const file = join(FOLDER, name);
    await output(command(file), { env: { ...process.env, ...env } });
    return [file];
  };
  return () => {
    made ??= make();
    return made;
  };
}

const GO = inPath('go');
/** The peer of gorilla/websocket. */
export const gorilla: () => Promise<Command> = compiled(
  'gorilla',
  [GO, `${GOPATH}/src/github.com/gorilla/websocket`],
  (file) => [GO, 'build', '-o', file, at('peers/gorilla/main.go')],
  { GO111MODULE: 'off', GOPATH, GOFLAGS: '', CGO_ENABLED: '0', GOCACHE: join(FOLDER, 'go-objects') },
);

const GCC = inPath('gcc');
/** The peer of libwebsockets. */
export const libwebsockets: () => Promise<Command> = compiled(
  'libwebsockets',
  [GCC, '/usr/include/libwebsockets.h'],
  (file) => [GCC, '-O1', '-Wall', '-o', file, at('peers/libwebsockets.c'), '-lwebsockets', '-lpthread'],
);
