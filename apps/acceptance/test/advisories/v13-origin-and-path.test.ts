// V13: which page asks, and what it asks for. Every origin that looks like ours and is not, every form of target that two parsers may read as two paths:
// on a server of ours, on an HTTP server of the user's, and behind a function that decides by the path.

import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Server, serve, type UpgradeServer, upgrade } from '@framewire/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { head, KEY } from '../../src/attack.ts';
import { RawSocket } from '../../src/raw-socket.ts';

const HOST = 'example.com:8080';

/** Origin fields, and whether our own page could have sent them to {@link HOST}. Undefined: there is none. */
const ORIGINS: readonly (readonly [origin: string | undefined, isOurs: boolean])[] = [
  [undefined, true],
  ['http://example.com:8080', true],
  ['http://EXAMPLE.com:8080', true],
  ['https://example.com:8080', false],
  ['ws://example.com:8080', false],
  ['http://example.com', false],
  ['http://example.com:80', false],
  ['http://example.com:08080', true],
  ['http://example.com:8081', false],
  ['http://example.com.:8080', false],
  ['http://sub.example.com:8080', false],
  ['http://evil-example.com:8080', false],
  ['http://example.com:8080.evil.example', false],
  ['http://example.com.evil.example:8080', false],
  ['http://evil.example#example.com:8080', false],
  ['http://evil.example?example.com:8080', false],
  ['http://evil.example/example.com:8080', false],
  ['http://example.com:8080@evil.example', false],
  ['http://evil.example@example.com:8080', false],
  ['http://user:pass@example.com:8080', false],
  ['http://example.com:8080/', false],
  ['http://example.com:8080/path', false],
  ['http:// example.com:8080', false],
  ['http://example.com:8080 http://evil.example', false],
  ['http://example.com:8080, http://evil.example', false],
  ['null', false],
  ['NULL', false],
  ['', false],
  ['file://', false],
  ['http://', false],
  ['//example.com:8080', false],
  ['example.com:8080', false],
  ['http:/example.com:8080', false],
  ['http:\\\\example.com:8080', false],
  ['javascript:alert(1)', false],
  ['http://[::ffff:1.2.3.4]:8080', false],
];

/** Targets, and the path that the application must see: as it was sent, or none because it is refused. */
const TARGETS: readonly (readonly [target: string, path: string | undefined])[] = [
  ['/', '/'],
  ['/chat', '/chat'],
  ['/chat/', '/chat/'],
  ['/chat?a=/admin', '/chat'],
  ['//evil.example/chat', '//evil.example/chat'],
  ['///chat', '///chat'],
  ['/./chat', '/./chat'],
  ['/chat/../admin', '/chat/../admin'],
  ['/chat/%2e%2e/admin', '/chat/%2e%2e/admin'],
  ['/%61dmin', '/%61dmin'],
  ['/chat;/admin', '/chat;/admin'],
  ['http://example.com:8080/chat', '/chat'],
  ['HTTP://EXAMPLE.COM:8080/chat', '/chat'],
  ['ws://example.com:8080/chat', '/chat'],
  ['http://example.com:8080', '/'],
  ['http://example.com:8080?q', '/'],
  ['http://evil.example/chat', undefined],
  ['http://evil.example:8080/chat', undefined],
  ['http://example.com:8080@evil.example/chat', undefined],
  ['http://example.com/chat', undefined],
  ['https://', undefined],
  ['*', undefined],
  ['example.com:8080', undefined],
  ['chat', undefined],
  ['\\chat', undefined],
  ['/chat\\..\\admin', undefined],
  ['/\\evil.example', undefined],
  ['/chat#admin', undefined],
  ['/chat#', undefined],
  ['file:///chat', undefined],
  ['http:/chat', undefined],
];

const HOSTS: readonly (readonly [fields: readonly string[], isRight: boolean])[] = [
  [['Host: example.com:8080'], true],
  [['Host: [::1]:8080'], true],
  [[], false],
  [['Host:'], false],
  [['Host: a', 'Host: b'], false],
  [['Host: a, b'], false],
  [['Host: user@example.com'], false],
  [['Host: example.com/path'], false],
  [['Host: example.com:99999'], false],
  [['Host: exam ple.com'], false],
  [['Host: http://example.com'], false],
];

const seen: { path: string; origin: string | undefined }[] = [];
const authorize = ({ path, origin }: { readonly path: string; readonly origin: string | undefined }): void => {
  seen.push({ path, origin });
};
const idle = (connection: { readonly closed: Promise<unknown> }): Promise<void> =>
  connection.closed.then(() => undefined);

describe.each(['serve()', 'upgrade()'] as const)('V13: %s', (kind) => {
  let server: Server | UpgradeServer;
  let http: HttpServer | undefined;
  let port: number;

  beforeAll(async () => {
    if (kind === 'serve()') {
      const listening = await serve(idle, { host: '127.0.0.1', port: 0, authorize });
      port = (listening.address as AddressInfo).port;
      server = listening;
    } else {
      http = createServer((_, response) => response.writeHead(404).end());
      server = upgrade(http, idle, { authorize });
      await new Promise<void>((resolve) => void http?.listen(0, '127.0.0.1', resolve));
      port = (http.address() as AddressInfo).port;
    }
  });

  afterAll(async () => {
    await server.close({ deadline: 0 });
    http?.close();
  });

  /** The status, and what the application saw. */
  async function ask(target: string, ...fields: string[]): Promise<{ status: number; path: string | undefined }> {
    seen.length = 0;
    const socket = await RawSocket.to(port);
    const more = [
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${KEY}`,
      'Sec-WebSocket-Version: 13',
    ];
    await socket.send(head(`GET ${target} HTTP/1.1`, ...fields, ...more));
    const status = Number((await socket.head()).slice(9, 12));
    socket.destroy();
    return { status, path: seen[0]?.path };
  }

  it.each(ORIGINS)('an Origin of %j', async (origin, isOurs) => {
    const fields = origin === undefined ? [] : [`Origin: ${origin}`];
    const { status, path } = await ask('/', `Host: ${HOST}`, ...fields);
    expect({ status, path }).toEqual(isOurs ? { status: 101, path: '/' } : { status: 403, path: undefined });
  });

  it('two Origin fields, one of them ours', async () => {
    for (const fields of [
      ['Origin: http://example.com:8080', 'Origin: http://evil.example'],
      ['Origin: http://evil.example', 'Origin: http://example.com:8080'],
      ['Origin: http://example.com:8080', 'Origin: http://example.com:8080'],
    ]) {
      expect(await ask('/', `Host: ${HOST}`, ...fields)).toEqual({ status: 403, path: undefined });
    }
  });

  it('an Origin behind very many fields is not dropped', async () => {
    const fields = Array.from({ length: 2000 }, (_, i) => `X${i}: y`);
    const { status, path } = await ask('/', `Host: ${HOST}`, ...fields, 'Origin: http://evil.example');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(path).toBeUndefined();
  });

  it.each(TARGETS)('a target of %j', async (target, path) => {
    const answer = await ask(target, `Host: ${HOST}`);
    if (path !== undefined) expect(answer).toEqual({ status: 101, path });
    else {
      // An HTTP parser in front may be the first to refuse.
      expect(answer.status).toBe(400);
      expect(answer.path).toBeUndefined();
    }
  });

  it.each(HOSTS)('Host fields of %j', async (fields, isRight) => {
    const { status } = await ask('/', ...fields);
    expect(status).toBe(isRight ? 101 : 400);
  });
});

describe('V13: a list of origins, and what is dangerous', () => {
  it('is compared as a whole', async () => {
    const server = await serve(idle, { host: '127.0.0.1', port: 0, origins: ['https://app.example'] });
    const { port } = server.address as AddressInfo;
    const rows = [
      ['https://app.example', 101],
      ['https://app.example.evil.example', 403],
      ['https://app.example/', 403],
      ['https://app.example:443', 403],
      ['http://app.example', 403],
      ['https://xapp.example', 403],
      ['https://appXexample', 403],
    ] as const;
    for (const [origin, status] of rows) {
      const socket = await RawSocket.to(port);
      const more = [
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Key: ${KEY}`,
        'Sec-WebSocket-Version: 13',
      ];
      await socket.send(head('GET / HTTP/1.1', 'Host: x', `Origin: ${origin}`, ...more));
      expect(Number((await socket.head()).slice(9, 12)), origin).toBe(status);
      socket.destroy();
    }
    await server.close({ deadline: 0 });
  });
});
