// Who takes part: a program, and what runs it. Every contestant runs in a process of its own.

import { fileURLToPath } from 'node:url';
import { BUN, DENO, type NodeVersion, node } from './runtimes.ts';

/** A program that takes part under a name. */
export interface Contestant {
  /** As it stands in the report; equal names mean the same process. */
  readonly name: string;
  /** What runs it, in words: `Node 20`, `Bun`. */
  readonly runtime: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a contestant is run by Node. */
export interface NodeOptions {
  /** Without it, the Node that runs the bench. */
  readonly version?: NodeVersion;
  /** Given to the program. */
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The path of a program in `contestants/`. */
export function contestantFile(program: string): string {
  return fileURLToPath(new URL(`../contestants/${program}`, import.meta.url));
}

/** A contestant in Node, which can collect its garbage when asked. */
export function inNode(name: string, program: string, options: NodeOptions = {}): Contestant {
  const { version, args = [], environment = {} } = options;
  return {
    name,
    runtime: version === undefined ? `Node ${process.versions.node}` : `Node ${version}`,
    command: version === undefined ? process.execPath : node(version),
    args: ['--expose-gc', contestantFile(program), ...args],
    environment,
  };
}

/** A contestant in Bun. */
export function inBun(name: string, program: string, args: readonly string[] = []): Contestant {
  return { name, runtime: 'Bun', command: BUN, args: [contestantFile(program), ...args] };
}

/** A contestant in Deno. */
export function inDeno(name: string, program: string, args: readonly string[] = []): Contestant {
  const flags = ['run', '--quiet', '--no-lock', '--allow-all', '--v8-flags=--expose-gc'];
  return { name, runtime: 'Deno', command: DENO, args: [...flags, contestantFile(program), ...args] };
}

/** Those of a quick run: whom a target names. */
export function only(names: readonly string[], contestants: readonly Contestant[]): readonly Contestant[] {
  return contestants.filter(({ name }) => names.includes(name));
}
