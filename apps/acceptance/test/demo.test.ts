// The demo as a newcomer meets it: a process that prints an address, a page that talks, endpoints that answer, a port that is taken.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { connect } from '@framewire/node-client';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../scripts/browsers.ts';
import { patterned } from '../peers/payloads.mjs';

const SERVER = fileURLToPath(new URL('../../demo/dist/server.js', import.meta.url));
const foundChromium = await findChromium(process.env);

function start(environment: Record<string, string>): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [SERVER], { env: { ...process.env, HOST: '', ...environment } });
}

let demo: ChildProcessWithoutNullStreams;
let url: string;

beforeAll(async () => {
  demo = start({ PORT: '0' });
  const [line] = await once(createInterface({ input: demo.stdout }), 'line');
  url = /^Framewire demo: (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(String(line))?.[1] ?? String(line);
});

afterAll(async () => {
  const ended = once(demo, 'exit');
  demo.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

describe('the demo', () => {
  it('hands out its page, and nothing else', async () => {
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Framewire demo</title>');
    expect((await fetch(new URL('nothing', url))).status).toBe(404);
  });

  it('echoes text and binary at /echo', async () => {
    const connection = await connect(new URL('echo', url).href);
    connection.send('Hello 👋');
    connection.send(patterned(200_000));
    const echoed: unknown[] = [];
    for await (const message of connection) if (echoed.push(message) === 2) break;
    expect(echoed).toEqual(['Hello 👋', patterned(200_000)]);
    expect(await connection.close()).toMatchObject({ clean: true });
  });

  it('has a bot in the room at /chat that answers', async () => {
    const connection = await connect(new URL('chat?name=Tester', url).href);
    connection.send(JSON.stringify({ say: 'Hello' }));
    const said: unknown[] = [];
    for await (const message of connection) {
      const event = JSON.parse(String(message));
      if (event.type === 'said' && said.push([event.name, event.text]) === 2) break;
    }
    expect(said).toEqual([
      ['Tester', 'Hello'],
      ['Wirebot', 'Hello Tester! Ask me for the time, or just say something.'],
    ]);
    await connection.close();
  });

  it('tells its metrics in the text format of Prometheus, and that it is ready', async () => {
    const connection = await connect(new URL('echo', url).href);
    const metrics = await fetch(new URL('metrics', url));
    expect(metrics.headers.get('Content-Type')).toContain('text/plain; version=0.0.4');
    expect(await metrics.text()).toMatch(/^framewire_connections_open [1-9]\d*$/m);
    await connection.close();
    expect(await (await fetch(new URL('ready', url))).text()).toBe('ready\n');
  });

  it('refuses other paths with 404', async () => {
    await expect(connect(new URL('elsewhere', url).href)).rejects.toMatchObject({ code: 'NOT_SWITCHED', status: 404 });
  });

  it('says in a sentence that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const second = start({ PORT: String(port) });
    let errors = '';
    second.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    expect(await once(second, 'close')).toEqual([1, null]);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect(errors).toContain(`Port ${port} on 127.0.0.1 is in use`);
    other.close();
  });
});

describe.skipIf(foundChromium === undefined)('the page in Chromium', () => {
  let browser: Browser;
  const problems: string[] = [];

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(url);
    await page.getByRole('status').getByText('Connected').waitFor();
    return page;
  }

  beforeAll(async () => {
    if (foundChromium === undefined) return;
    const { path, args, environment } = foundChromium;
    browser = await chromium.launch({ executablePath: path, args: [...args], env: environment });
  });

  afterAll(() => browser?.close());

  it('shows its own handshake, and that the accept key answers it', async () => {
    const page = await open();
    const heads = page.locator('figure');
    await heads.first().getByText('GET /chat?name=').waitFor();
    expect(await heads.first().textContent()).toMatch(/Sec-WebSocket-Key: [\w+/]{22}==/i);
    expect(await heads.last().textContent()).toContain('HTTP/1.1 101 Switching Protocols');
    expect(await page.getByTestId('proof').textContent()).toContain('which is what the server answered.');
    await page.close();
  });

  it('lets two tabs talk by keyboard, and shows the frames', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    await one.getByLabel(/^Say as/).focus();
    await one.keyboard.type('Grüße 👋 from tab one');
    await one.keyboard.press('Enter');
    await two.getByRole('log').getByText('Grüße 👋 from tab one', { exact: true }).waitFor();
    // The bot, a Node client, answers both.
    await two.getByRole('log').getByText('eno bat morf').waitFor();

    const sent = one.locator('.frames li.out').first();
    await sent.getByText('{"say":"Grüße 👋 from tab one"}').waitFor();
    await sent.locator('summary').press('Enter');
    expect(await sent.locator('dd').nth(2).textContent()).toMatch(/^([0-9a-f]{2} ){3}[0-9a-f]{2}$/);
    expect(problems).toEqual([]);
    await Promise.all([one.close(), two.close()]);
  });
});
