// The packages that go over the wire to a browser have a size budget, minified and gzipped with the workspace
// packages they need. And a browser brings its own frames and handshake, so none of ours may come along. With `--json` the sizes are told as an
// object with a number for each package, which is how the bench asks.

import { gzipSync } from 'node:zlib';
import { bundle, strayRooms } from './bundle.ts';
import { ROOT } from './packages.ts';

/** What is imported of a package, and how many bytes, minified and gzipped, that may be. */
const BUDGETS: readonly (readonly [name: string, imported: string, limit: number])[] = [
  ['browser', '{ connect }', 3 * 1024],
  // 9 KB is the target. A complete handshake with its sentences does not fit that yet, and compression and streams took 2.9 KB more; this
  // keeps it from growing further.
  ['protocol', '*', 18 * 1024],
];

const asJson = process.argv.includes('--json');
const sizes: Record<string, number> = {};
const problems: string[] = [];
for (const [name, imported, limit] of BUDGETS) {
  const { code } = await bundle(ROOT, `packages/${name}/dist/index.js`, imported, []);
  const size = gzipSync(code, { level: 9 }).length;
  sizes[name] = size;
  if (!asJson) console.log(`@framewire/${name}, ${imported}: ${size} B minified and gzipped, of ${limit} B allowed`);
  if (size > limit) problems.push(`@framewire/${name} is ${size - limit} B over its budget.`);
}
for (const room of await strayRooms(ROOT, 'packages/browser/src/index.ts')) {
  problems.push(`The browser bundle holds packages/protocol/src/${room}.ts, which a browser has no use for.`);
}
if (asJson) console.log(JSON.stringify(sizes));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
