// The code in the documentation is right: every block type-checks by itself against what was built, and the server of the protocol's guide
// serves.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect } from '@framewire/node-client';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asClient, fromHex } from '../../../packages/protocol/test/vectors/wire.ts';
import { ROOT } from '../../../scripts/packages.ts';
import { patterned } from '../peers/payloads.mjs';
import { run, type Started, start } from '../src/child.ts';
import { type CodeBlock, codeBlocks, pages } from '../src/code-blocks.ts';
import { freePort } from '../src/free-port.ts';
import { RawSocket } from '../src/raw-socket.ts';
import { at } from '../src/runtimes.ts';

const blocks = (await Promise.all((await pages()).map(codeBlocks))).flat();

/** Where the blocks find what they import, as in a project that has installed it. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(at('node_modules/.docs-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Code for pages gets the DOM; all other code gets Node. */
function isForPages({ code, words }: CodeBlock): boolean {
  return words.includes('dom') || code.includes("from '@framewire/browser'");
}

describe('every block type-checks', () => {
  const errors = new Map<CodeBlock, string[]>();

  beforeAll(async () => {
    for (const kind of ['dom', 'node'] as const) await check(kind);
  });

  async function check(kind: 'dom' | 'node'): Promise<void> {
    const files = new Map(
      blocks.filter((block) => isForPages(block) === (kind === 'dom')).map((block, i) => [`${kind}-${i}.ts`, block]),
    );
    for (const [name, { code }] of files) await writeFile(join(folder, name), code);
    const compilerOptions = {
      target: 'ES2022',
      module: 'NodeNext',
      moduleDetection: 'force',
      lib: kind === 'dom' ? ['ES2023', 'DOM', 'DOM.Iterable'] : ['ES2023'],
      types: kind === 'dom' ? [] : ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const config = join(folder, `tsconfig.${kind}.json`);
    await writeFile(config, JSON.stringify({ compilerOptions, files: [...files.keys()] }));
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const { code, stdout } = await run([tsc, '--project', config, '--pretty', 'false'], { cwd: folder });
    for (const [, name = '', line = '', error = ''] of stdout.matchAll(/^(\S+)\((\d+),\d+\): error (.+)$/gm)) {
      const block = files.get(name);
      if (block === undefined) throw new Error(stdout);
      const told = `${block.file}:${block.line + Number(line) - 1} ${error}`;
      errors.set(block, [...(errors.get(block) ?? []), told]);
    }
    if (code !== 0 && errors.size === 0) throw new Error(stdout);
  }

  it.each(blocks)('$file:$line', (block) => {
    expect(errors.get(block) ?? []).toEqual([]);
  });

  it('in the README and in the guides of the protocol, of streams, of reconnecting and of the conformance tester at least', () => {
    const counts = (file: string): number => blocks.filter((block) => block.file === file).length;
    expect(counts('README.md')).toBe(3);
    expect(counts('packages/protocol/README.md')).toBeGreaterThanOrEqual(2);
    expect(counts('docs/streams.md')).toBeGreaterThanOrEqual(4);
    expect(counts('docs/reconnect.md')).toBeGreaterThanOrEqual(5);
    expect(counts('docs/chaos-proxy.md')).toBe(1);
    expect(counts('packages/conformance/README.md')).toBe(1);
  });
});

describe("the server in the protocol's guide", () => {
  let server: Started;
  let port: number;

  beforeAll(async () => {
    const block = blocks.find(
      ({ file, code }) => file === 'packages/protocol/README.md' && code.includes('createServer'),
    );
    port = await freePort();
    const guide = block?.code.replaceAll('8080', String(port)) ?? '';
    const { code } = await transform(guide, { loader: 'ts', target: 'es2022' });
    const ending = `import ${JSON.stringify(pathToFileURL(at('peers/end-with-parent.mjs')).href)};\n`;
    await writeFile(join(folder, 'server.mjs'), `${ending}${code}\nconsole.log('It listens.');\n`);
    server = await start([process.execPath, join(folder, 'server.mjs')]);
  });
  afterAll(() => server.stop());

  async function echoes(): Promise<void> {
    const connection = await connect(`ws://127.0.0.1:${port}/`);
    const sent = ['Hello 👋', patterned(300_000), ''];
    for (const message of sent) connection.send(message);
    const received: unknown[] = [];
    for await (const message of connection) if (received.push(message) === sent.length) break;
    expect(received).toEqual(sent);
    expect(await connection.close(3000)).toMatchObject({ clean: true, code: 3000 });
  }

  it('echoes', echoes);

  it('refuses what is no opening handshake, and goes on', async () => {
    const peer = await RawSocket.to(port);
    await peer.send(Buffer.from('\x16\x03\x01 nonsense\r\n\r\n', 'latin1'));
    expect(await peer.head()).toMatch(/^HTTP\/1\.1 400 /);
    await peer.finished;
    expect(peer.error).toBe(undefined);
    peer.destroy();
    await echoes();
  });

  it('closes with 1002 what is no frame, and goes on', async () => {
    const peer = await RawSocket.to(port);
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    await peer.send(
      Buffer.from(
        `GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      ),
    );
    expect(await peer.head()).toMatch(/^HTTP\/1\.1 101 /);
    await peer.send(fromHex(asClient('f1 01 61')), 'with rubbish behind');
    await peer.finished;
    expect(peer.rest.subarray(0, 1).toString('hex')).toBe('88');
    expect(peer.rest.readUInt16BE(2)).toBe(1002);
    expect(peer.error).toBe(undefined);
    peer.destroy();
    await echoes();
  });

  it('outlives a client that is cut off', async () => {
    const peer = await RawSocket.to(port);
    await peer.send(Buffer.from('GET / HTTP/1.1\r\nHost:'));
    peer.destroy();
    await echoes();
  });
});
