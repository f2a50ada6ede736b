// What a user's bundler makes of the packages: their size, minified and gzipped with the workspace packages they
// need, and for the browser package what is in it. The browser brings its own frames and handshake, so none of ours
// may come along.

import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { ROOT } from './packages.ts';

interface Budget {
  readonly name: string;
  /** Bytes, minified and gzipped. */
  readonly limit: number;
}

const BUDGETS: readonly Budget[] = [
  { name: 'browser', limit: 3 * 1024 },
  { name: 'protocol', limit: 9 * 1024 },
];

/** The rooms of the protocol package that a browser bundle may hold. */
const BROWSER_ROOMS: readonly string[] = ['close-status', 'errors', 'index'];

async function bundle(
  root: string,
  entry: string,
  conditions: string[],
): Promise<{ code: Uint8Array; metafile: Metafile }> {
  const result = await build({
    stdin: { contents: `export * from './${entry}';`, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions,
    metafile: true,
    write: false,
    legalComments: 'none',
  });
  const file = result.outputFiles[0];
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${entry}.`);
  return { code: file.contents, metafile: result.metafile };
}

/** The rooms of the protocol package whose code is in the bundle of the browser package, other than those it may hold. */
export async function strayRooms(root: string, entry: string): Promise<string[]> {
  const { metafile } = await bundle(root, entry, ['@framewire/source']);
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /(?:^|\/)packages\/protocol\/src\/(.+)\.ts$/.exec(path)?.[1])
    .filter((room) => room !== undefined)
    .filter((room) => !BROWSER_ROOMS.includes(room));
}

async function main(): Promise<void> {
  const problems: string[] = [];
  for (const { name, limit } of BUDGETS) {
    const { code } = await bundle(ROOT, `packages/${name}/dist/index.js`, []);
    const size = gzipSync(code, { level: 9 }).length;
    console.log(`@framewire/${name}: ${size} B minified and gzipped, of ${limit} B allowed`);
    if (size > limit) problems.push(`@framewire/${name} is ${size - limit} B over its budget.`);
  }
  for (const room of await strayRooms(ROOT, 'packages/browser/src/index.ts')) {
    problems.push(`The browser bundle holds packages/protocol/src/${room}.ts, which a browser has no use for.`);
  }
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (import.meta.main) await main();
