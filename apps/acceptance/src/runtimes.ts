// The runtimes on this machine, by the path of their own binaries: what npm puts into `.bin` is a wrapper, and killing a wrapper leaves alive
// what it started. In CI every one must be there; elsewhere a missing one is named.

import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from './child.ts';

/** Something tests can run. */
export interface Program {
  readonly name: string;
  readonly command: Command;
}

/** The path of a file of this app. */
export function at(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** The versions of Node that are installed here as packages. */
export const NODE_VERSIONS = [20, 22, 24, 26] as const;

/** One of {@link NODE_VERSIONS}. */
export function node(version: (typeof NODE_VERSIONS)[number]): string {
  return at(`node_modules/node-${version}/bin/node`);
}

export const BUN: string = at('node_modules/bun/bin/bun.exe'); // its name on every system
export const DENO: string = carriedBy('deno', `@deno/${denoTarget()}`, 'deno');
export const WORKERD: string = carriedBy('workerd', `@cloudflare/workerd-${workerdTarget()}`, 'bin/workerd');

/** The file in the package that carries the binary for this system, or the bare name, for a program that may be in PATH. */
function carriedBy(wrapper: string, carrier: string, file: string): string {
  try {
    const require = createRequire(realpathSync(at(`node_modules/${wrapper}/package.json`)));
    return join(dirname(require.resolve(`${carrier}/package.json`)), file);
  } catch {
    return wrapper;
  }
}

function denoTarget(): string {
  return `${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
}

function workerdTarget(): string {
  return `${process.platform}-${process.arch === 'x64' ? '64' : process.arch}`;
}

/** Whether the program is on this machine. In CI a missing one is an error. */
export function isHere(program: Program): boolean {
  const here = exists(program);
  if (!here) missing(program.name);
  return here;
}

/** Whether there is something to start: a file, or a name in PATH. */
export function exists({ command: [path] }: Program): boolean {
  return existsSync(path) || (/^[\w-]+$/.test(path) && spawnSync(path, ['--version']).status === 0);
}

/** Says that something is not tested because it is not here. @throws in CI */
export function missing(name: string): void {
  if (process.env.CI === 'true') throw new Error(`CI tests with everything, and ${name} is missing.`);
  console.log(`Not tested: ${name} is not on this machine.`);
}
