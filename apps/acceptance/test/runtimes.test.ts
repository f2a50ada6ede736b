// The protocol is the same everywhere: what was built of it replays every vector, as ES module and as CommonJS, in every runtime we name.

import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as protocol from '@framewire/protocol';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROWSERS, isBrowserHere, launch } from '../src/browsers.ts';
import { output } from '../src/child.ts';
import { type ReplayReport, replayReport } from '../src/replay-report.ts';
import { at, BUN, DENO, isHere, NODE_VERSIONS, node, type Program, WORKERD } from '../src/runtimes.ts';

const ES_MODULE = fileURLToPath(import.meta.resolve('@framewire/protocol'));
const COMMON_JS = ES_MODULE.replace(/\.js$/, '.cjs');
const REPLAY = at('src/replay-report.ts');

/** The names of each kind of vector. */
const KINDS: readonly RegExp[] = [
  /^request, /,
  /^response, /,
  /^accept key /,
  /^offer, /,
  /^answer, /,
  /^UTF-8: case 6\./,
  /^not UTF-8: case 6\./,
  /\(sent\)$/,
  /\(sent by a client\)$/,
  /\(to a server\)$/,
  /^RFC 7692 7\.2\.3.*\(inflated later by a client\)$/,
];

let folder: string;
let expected: ReplayReport;

const nodes = NODE_VERSIONS.map((version): Program => ({ name: `Node ${version}`, command: [node(version)] }));
const others: readonly Program[] = [
  { name: 'Bun', command: [BUN] },
  { name: 'Deno', command: [DENO, 'run', '--allow-read'] },
];
const workerd: Program = { name: 'workerd', command: [WORKERD, 'test'] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framewire-runtimes-'));
  const bundled = { entryPoints: [REPLAY], bundle: true, target: 'es2022' };
  await Promise.all([
    build({ ...bundled, format: 'esm', outfile: join(folder, 'replay.mjs') }),
    build({ ...bundled, format: 'cjs', outfile: join(folder, 'replay.cjs') }),
    writeFile(
      join(folder, 'run.mjs'),
      `import * as protocol from ${JSON.stringify(pathToFileURL(ES_MODULE).href)};
       import { replayReport } from './replay.mjs';
       console.log(replayReport(protocol));`,
    ),
    writeFile(
      join(folder, 'run.cjs'),
      `const protocol = require(${JSON.stringify(COMMON_JS)});
       const { replayReport } = require('./replay.cjs');
       console.log(replayReport(protocol));`,
    ),
    copyFile(ES_MODULE, join(folder, 'protocol.mjs')),
    writeFile(
      join(folder, 'worker.mjs'),
      `import * as protocol from './protocol.mjs';
       import { replayReport } from './replay.mjs';
       export default { test() { console.log(replayReport(protocol)); } };`,
    ),
    writeFile(
      join(folder, 'config.capnp'),
      `using Workerd = import "/workerd/workerd.capnp";
       const config :Workerd.Config = (services = [(name = "vectors", worker = .worker)]);
       const worker :Workerd.Worker = (
         compatibilityDate = "2026-01-01",
         modules = [${['worker', 'protocol', 'replay'].map((name) => `(name = "${name}.mjs", esModule = embed "${name}.mjs")`)}],
       );`,
    ),
  ]);
  expected = JSON.parse(replayReport(protocol)) as ReplayReport;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every vector was replayed, and none failed. */
function holds(line: string): void {
  const report = JSON.parse(line) as ReplayReport;
  expect(report.failures).toEqual([]);
  expect(report.names).toEqual(expected.names);
}

describe('what was built of the protocol', () => {
  it('is what these tests load, and has more than a thousand vectors to replay', () => {
    expect(ES_MODULE).toMatch(/packages\/protocol\/dist\/index\.js$/);
    expect(expected.failures).toEqual([]);
    expect(expected.names.length).toBeGreaterThan(1500);
    for (const kind of KINDS) {
      expect(expected.names.filter((name) => kind.test(name)).length, String(kind)).toBeGreaterThan(2);
    }
  });

  it.for([...nodes, ...others])('keeps every vector as ES module in $name', async (program, { skip }) => {
    skip(!isHere(program));
    holds(await output([...program.command, 'run.mjs'], { cwd: folder }));
  });

  it.for(nodes)('keeps every vector as CommonJS in $name', async (program, { skip }) => {
    skip(!isHere(program));
    holds(await output([...program.command, 'run.cjs'], { cwd: folder }));
  });

  it('keeps every vector as ES module in workerd', async ({ skip }) => {
    skip(!isHere(workerd));
    holds(await output([...workerd.command, 'config.capnp'], { cwd: folder }));
  });

  it.for(BROWSERS)('keeps every vector in $name', async (browser, { skip }) => {
    skip(!isBrowserHere(browser));
    const contents = `import * as protocol from ${JSON.stringify(ES_MODULE)};
                      import { replayReport } from ${JSON.stringify(REPLAY)};
                      globalThis.report = replayReport(protocol);`;
    const stdin = { contents, resolveDir: folder };
    const { outputFiles } = await build({ stdin, bundle: true, format: 'iife', target: 'es2022', write: false });
    const launched = await launch(browser);
    try {
      const page = await launched.newPage();
      await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
      holds(await page.evaluate<string>('report'));
    } finally {
      await launched.close();
    }
  });
});
