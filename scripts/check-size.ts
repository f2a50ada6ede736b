// The packages that go over the wire to a browser have a size budget, minified and gzipped with the workspace
// packages they need. And a browser brings its own frames and handshake, so none of ours may come along.

import { gzipSync } from 'node:zlib';
import { bundle, strayRooms } from './bundle.ts';
import { ROOT } from './packages.ts';

/** Bytes, minified and gzipped. */
const BUDGETS: Readonly<Record<string, number>> = { browser: 3 * 1024, protocol: 9 * 1024 };

const problems: string[] = [];
for (const [name, limit] of Object.entries(BUDGETS)) {
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
