// What a user gets: every package is packed, the tarballs are installed in an empty folder outside the workspace, without a registry, and
// the README's three uses run from there as they stand in it, as ES module and as CommonJS, in Node and in browsers.

import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, packageNames, ROOT } from '../../../scripts/packages.ts';
import { BROWSERS, isBrowserHere } from '../src/browsers.ts';
import { output, run } from '../src/child.ts';
import { codeBlocks } from '../src/code-blocks.ts';
import { freePort } from '../src/free-port.ts';
import { inPage, type Scene } from '../src/page.ts';
import { isHere, node, type Program } from '../src/runtimes.ts';

const NAMES = await packageNames();
const [CODEC = '', NODE_TO_NODE = '', BROWSER = ''] = (await codeBlocks('README.md')).map(({ code }) => code);

let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'framewire-installed-')));
  const tarballs = await Promise.all(NAMES.map((name) => pack(name, join(folder, 'tarballs'))));
  const dependencies = Object.fromEntries(NAMES.map((name, i) => [`@framewire/${name}`, `file:${tarballs[i]}`]));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'newcomer', private: true, dependencies }));
  // An empty cache, so that nothing but the tarballs can be what is installed.
  const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--cache', join(folder, 'cache')];
  await output(['npm', 'install', ...flags], { cwd: folder });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the code says, in comments, that it prints. */
function announced(code: string): string[] {
  return [...code.matchAll(/console\.log.*\/\/ (.+)$/gm)].map(([, line = '']) => line);
}

/** As CommonJS: the imports become requires, and what awaits stands in a function. */
function asCommonJs(code: string): string {
  const body = code.replace(/^import \{(.+)\} from '(.+)';$/gm, "const {$1} = require('$2');");
  expect(body).not.toMatch(/^import /m);
  return `(async () => {\n${body}\n})();\n`;
}

describe('the installed packages', () => {
  it('are all there, once each, and nothing else', async () => {
    const installed = await readdir(join(folder, 'node_modules'));
    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['@framewire']);
    expect((await readdir(join(folder, 'node_modules/@framewire'))).sort()).toEqual([...NAMES].sort());
    for (const name of NAMES) {
      expect(await readdir(join(folder, 'node_modules/@framewire', name))).not.toContain('node_modules');
    }
  });

  it.each([...NAMES, 'testing/chaos-proxy'])(
    '@framewire/%s exports the same names as ES module and as CommonJS',
    async (name) => {
      const code = `
      import { createRequire } from 'node:module';
      const required = createRequire(import.meta.url)('@framewire/${name}');
      const imported = await import('@framewire/${name}');
      const names = (exports) => Object.keys(exports).filter((key) => key !== 'default' && key !== 'module.exports').sort();
      console.log(JSON.stringify([names(imported), names(required)]));`;
      const printed = await output([process.execPath, '--input-type=module', '--eval', code], { cwd: folder });
      const [imported, required] = JSON.parse(printed) as [string[], string[]];
      expect(imported.length).toBeGreaterThan(0);
      expect(required).toEqual(imported);
    },
  );
});

describe("the README's uses in Node", () => {
  const USES = [
    { use: 'the codec', code: CODEC, prints: ['s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'true Hello'] },
    { use: 'Node to Node', code: NODE_TO_NODE, prints: ['Hello'] },
  ];
  const nodes = ([20, 26] as const).map((version): Program => ({ name: `Node ${version}`, command: [node(version)] }));
  const runs = nodes.flatMap((program) =>
    USES.flatMap((use) => [
      { ...use, program, name: `${use.use} on ${program.name} as ES module`, file: 'use.mjs', wrapped: use.code },
      {
        ...use,
        program,
        name: `${use.use} on ${program.name} as CommonJS`,
        file: 'use.cjs',
        wrapped: asCommonJs(use.code),
      },
    ]),
  );

  it.for(runs)('$name', async ({ program, code, wrapped, prints, file }, { skip }) => {
    skip(!isHere(program));
    expect(announced(code)).toEqual(prints);
    await writeFile(join(folder, file), wrapped.replaceAll('8080', String(await freePort())));
    const { code: exitCode, stdout, stderr } = await run([...program.command, file], { cwd: folder });
    expect({ exitCode, stderr, printed: stdout.split('\n') }).toEqual({
      exitCode: 0,
      stderr: '',
      printed: [...prints, ''],
    });
  });
});

describe("the README's use in a page", () => {
  it.for(BROWSERS)('runs in $name', async (browser, { skip }) => {
    skip(!isBrowserHere(browser));
    const paths: string[] = [];
    const scene: Scene = {
      async script(port) {
        expect(BROWSER).toContain("'ws://127.0.0.1:8080/echo'");
        const contents = BROWSER.replaceAll('8080', String(port));
        const stdin = { contents, resolveDir: folder, loader: 'ts' } as const;
        const { metafile, outputFiles } = await build({
          stdin,
          bundle: true,
          format: 'esm',
          write: false,
          metafile: true,
        });
        // Nothing of the workspace: all of it comes from what was installed.
        const inputs = Object.keys(metafile.inputs).filter((input) => input !== '<stdin>');
        expect(inputs.filter((input) => !input.includes('node_modules/@framewire/'))).toEqual([]);
        return outputFiles[0]?.text ?? '';
      },
      async handler(connection, { path }) {
        paths.push(path);
        for await (const message of connection) connection.send(message);
      },
    };
    await inPage(browser, scene, async (page) => {
      await page.waitForFunction("document.body.textContent === 'Hello'");
      expect(paths).toEqual(['/echo']);
    });
  });
});

describe('the types of the installed packages', () => {
  const NODE_CODE = `
    import { type Acceptance, acceptKey, type Endpoint } from '@framewire/protocol';
    import type { Closure, Connection, Message } from '@framewire/connection';
    import { settle, type TransportSettings } from '@framewire/node-transport';
    import { type Handler, type Server, serve, type UpgradeServer, upgrade } from '@framewire/node-server';
    import { connect, type ConnectOptions, HandshakeError, type NodeConnection } from '@framewire/node-client';
    import { FakeClock, memoryPair } from '@framewire/testing';
    import { type ChaosProxy, chaosProxy } from '@framewire/testing/chaos-proxy';
    import { createServer } from 'node:http';

    export const accept: string = acceptKey('dGhlIHNhbXBsZSBub25jZQ==');
    export const settings: TransportSettings = settle({}, 'server');
    export const echo: Handler = async (connection, request) => {
      const path: string = request.path;
      for await (const message of connection) if (!connection.send(message)) await connection.drained();
      console.log(path);
    };
    export async function all(endpoint: Endpoint, acceptance: Acceptance): Promise<Closure> {
      const server: Server = await serve(echo, { port: 0, clock: new FakeClock() });
      const attached: UpgradeServer = upgrade(createServer(), echo);
      const options: ConnectOptions = { subprotocols: ['a'], tls: { ca: '' } };
      const connection: NodeConnection = await connect(server.url, options);
      const shared: Connection = connection;
      const { client } = memoryPair();
      client.send(acceptance.path);
      const proxy: ChaosProxy = await chaosProxy({ target: server.url, toClient: { delay: { min: 1, max: 5 } } });
      proxy.cut();
      const milliseconds: number = await connection.ping();
      const message: Message = milliseconds > 1 ? 'slow' : new Uint8Array(1);
      // @ts-expect-error: a number is no message
      shared.send(1);
      // @ts-expect-error: browsers have no ping, so it is not in the contract
      shared.ping();
      shared.send(message);
      await attached.close();
      return connection.close();
    }
    export const status = (error: unknown): number => (error instanceof HandshakeError ? error.status : 0);
    `;
  const PAGE_CODE = `
    import { connect, type ConnectOptions, reconnect } from '@framewire/browser';
    import type { Connection } from '@framewire/connection';

    export const options: ConnectOptions = { subprotocols: ['a'], maxReceiveQueue: 1024 };
    export const opened: Promise<Connection> = connect(new URL('/echo', location.href), options);
    export const kept = reconnect('wss://example.com/', { maxAttempts: 3 });
    // @ts-expect-error: pages cannot set header fields
    void connect('/', { headers: {} });
    `;
  const NODE = { types: ['node'], lib: ['ES2023'] };
  const PAGE = { types: [], lib: ['ES2023', 'DOM', 'DOM.Iterable'] };

  it.each([
    { resolution: 'node16', module: 'node16', file: 'node.mts', code: NODE_CODE, environment: NODE },
    { resolution: 'node16', module: 'node16', file: 'node.cts', code: NODE_CODE, environment: NODE },
    { resolution: 'bundler', module: 'esnext', file: 'node.ts', code: NODE_CODE, environment: NODE },
    { resolution: 'node16', module: 'node16', file: 'page.mts', code: PAGE_CODE, environment: PAGE },
    { resolution: 'bundler', module: 'esnext', file: 'page.ts', code: PAGE_CODE, environment: PAGE },
  ])('check under $resolution in $file', async ({ resolution, module, file, code, environment }) => {
    const own = join(folder, `types-${resolution}-${file}`);
    await mkdir(own);
    await writeFile(join(own, file), code);
    const compilerOptions = {
      ...environment,
      target: 'ES2022',
      module,
      moduleResolution: resolution,
      strict: true,
      // The packages' own declarations are checked, too.
      skipLibCheck: false,
      noEmit: true,
      typeRoots: [join(ROOT, 'node_modules/@types')],
    };
    await writeFile(join(own, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    expect(await run([tsc, '--project', own, '--pretty', 'false'], { cwd: own })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });
});
