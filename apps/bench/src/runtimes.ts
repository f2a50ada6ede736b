// The runtimes on this machine, by the path of their own binaries: what npm puts into `.bin` is a wrapper, whose process would be
// measured and killed instead.

import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The versions of Node that are installed here as packages. */
export const NODE_VERSIONS = [20, 22, 24, 26] as const;
export type NodeVersion = (typeof NODE_VERSIONS)[number];

/** The path of one of {@link NODE_VERSIONS}, whether it is installed or not. */
export function node(version: NodeVersion): string {
  return inPackages(`node-${version}/bin/node`);
}

export const BUN: string = inPackages('bun/bin/bun.exe'); // its name on every system
export const DENO: string = denoBinary();

function inPackages(path: string): string {
  return fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
}

/** The file in the package that carries the binary for this system, or the bare name, for a program that may be in PATH. */
function denoBinary(): string {
  try {
    const require = createRequire(realpathSync(inPackages('deno/package.json')));
    const target = `${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
    return join(dirname(require.resolve(`@deno/${target}/package.json`)), 'deno');
  } catch {
    return 'deno';
  }
}
