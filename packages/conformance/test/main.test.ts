import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../src/main.ts';
import type { Report } from '../src/report.ts';
import { VERSION } from '../src/version.ts';
import { walk } from './support/echo-client.ts';
import { type EchoServer, startEchoServer } from './support/echo-server.ts';

/** Runs a command; `heard` is told what it writes as it writes it. */
async function command(line: string, heard: (text: string) => void = () => {}) {
  const written = { output: '', errors: '' };
  const screen = (name: 'output' | 'errors') => ({
    write(text: string) {
      written[name] += text;
      heard(text);
    },
  });
  const status = await main(line.split(' '), { output: screen('output'), errors: screen('errors') });
  return { status, ...written };
}

describe('framewire-conformance', () => {
  let server: EchoServer;
  let folder: string;

  beforeAll(async () => {
    server = await startEchoServer();
    folder = await mkdtemp(join(tmpdir(), 'framewire-main-'));
  });

  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('tests a server, and ends with 0 when all passed', async () => {
    const { status, output } = await command(`server ${server.url} --sections 3,10 --agent echo --concurrency 2`);
    expect(status).toBe(0);
    expect(output).toMatch(/\necho: 8 passed, 0 failed, 0 not supported, in \d+\.\d s\n$/);
  });

  it('ends with 1 when a case failed, and writes both kinds of report', async () => {
    const faulty = await startEchoServer({ faults: ['accepts reserved bits'] });
    const json = join(folder, 'new', 'report.json');
    const html = join(folder, 'pages');
    const { status, output } = await command(
      `server ${faulty.url} --cases 3.1 --timeout 300 --messages 2 --json ${json} --html ${html}`,
    );
    await faulty.close();
    expect(status).toBe(1);
    expect(output).toContain(join(html, 'index.html'));
    const report: Report = JSON.parse(await readFile(json, 'utf8'));
    expect(report).toMatchObject({
      endpoint: 'server',
      testerVersion: VERSION,
      totals: { pass: 0, fail: 1, 'not supported': 0 },
      cases: [{ id: '3.1', outcome: 'fail' }],
    });
    expect(report.cases[0]).not.toHaveProperty('log');
  });

  it('listens for a client, and ends when it has asked for its report', async () => {
    let walked: Promise<void> | undefined;
    const { status, output } = await command('client --port 0 --sections 10', (text) => {
      const url = /to (ws:\S+)\/case\/1/.exec(text)?.[1];
      if (url !== undefined) walked = walk(url, 'me');
    });
    await walked;
    expect(status).toBe(0);
    expect(output).toContain('and so on up to 1, then to ws://127.0.0.1:');
    expect(output).toContain('\nme: 1 passed, 0 failed');
  });

  it('says its version and how it is used', async () => {
    expect(await command('--version')).toMatchObject({ status: 0, output: `${VERSION}\n` });
    expect((await command('--help')).output).toMatch(/^Usage: framewire-conformance server <url>/);
  });

  it.each([
    ['answers 404', 'Expected a response with 101, and received 404.'],
    ['says nothing', 'Expected a response with 101, and received nothing more in time.'],
  ])('ends with 2 at once at a server that %s', async (what, told) => {
    const http = createServer((_, response) => {
      if (what === 'answers 404') response.writeHead(404).end();
    });
    http.on('upgrade', (_, socket) => {
      if (what === 'answers 404') socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    const { status, output, errors } = await command(`server ws://127.0.0.1:${port}/wrong --timeout 300`);
    expect(await command(`server wss://127.0.0.1:${port}/`)).toMatchObject({
      status: 2,
      errors: 'The server does not speak TLS: give a URL that begins with ws:.\n',
    });
    http.closeAllConnections();
    http.close();
    expect({ status, output }).toEqual({ status: 2, output: '' });
    expect(errors).toBe(
      `No WebSocket connection could be opened. ${told} Check the URL with its path, and whether the server wants a subprotocol or credentials.\n`,
    );
  });

  it('ends with 2 and one sentence when it could not be run as asked', async () => {
    const sentence = async (line: string) => {
      const { status, errors } = await command(line);
      expect(status).toBe(2);
      return errors;
    };
    expect(await sentence('serve')).toBe('Say what to test, “server <url>” or “client”; --help tells more.\n');
    expect(await sentence(`server ${server.url} --port 80`)).toBe(
      '“server” takes no --port: the port of the server under test is part of its URL.\n',
    );
    expect(await sentence('client --insecure')).toBe(
      '“client” takes no --insecure: the client under test connects with ws:, where there is no certificate.\n',
    );
    expect(await sentence(`server ${server.url} --sections 99`)).toMatch(/^There is no section 99: /);
    expect(await sentence(`server ${server.url} --cases 1.1.1 --exclude 1.*`)).toBe(
      'None of these cases tests a server.\n',
    );
    expect(await sentence(`client --port ${new URL(server.url).port}`)).toBe(
      'The port is taken: give another with --port.\n',
    );
    expect(await sentence('server ws://127.0.0.1:1/')).toBe(
      'Nothing listens there: start the echo server first, or check the host and the port.\n',
    );
    expect(await sentence(`server ${server.url.replace('ws:', 'wss:')} --timeout 300`)).toBe(
      'Nothing answers there in time: check the host, the port, and whether it is ws: or wss:.\n',
    );
    expect(await sentence(`server ${server.url} --cases 10.1.1 --json ${folder}`)).toMatch(
      /^It could not be run: EISDIR/,
    );
  });
});
