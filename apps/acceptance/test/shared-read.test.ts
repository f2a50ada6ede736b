// Sockets that are read into one buffer: what rests on Node's own ways is tried on every version of it.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output } from '../src/child.ts';
import { at, BUN, DENO, isHere, NODE_VERSIONS, node, type Program } from '../src/runtimes.ts';

let folder: string;
let script: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framewire-shared-read-'));
  script = join(folder, 'kept-messages.mjs');
  await build({
    entryPoints: [at('src/kept-messages.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    outfile: script,
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const nodes = NODE_VERSIONS.map((version): Program => ({ name: `Node ${version}`, command: [node(version)] }));
const others: readonly Program[] = [
  { name: 'Bun', command: [BUN] },
  { name: 'Deno', command: [DENO, 'run', '--allow-all'] },
];
const KEPT = { sides: 10, messages: 360, wrong: 0, clean: true };

describe('messages that are kept while all sockets are read into one buffer', () => {
  it.for(nodes)('never change in $name, which lets accepted sockets be read so, too', async (program, { skip }) => {
    skip(!isHere(program));
    expect(JSON.parse(await output([...program.command, script]))).toEqual({ ...KEPT, shared: true });
  });

  it.for(others)('never change in $name, whether or not it can do that', async (program, { skip }) => {
    skip(!isHere(program));
    expect(JSON.parse(await output([...program.command, script]))).toMatchObject(KEPT);
  });
});
