import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { ServeOptions, UpgradeRequest } from '../src/index.ts';
import { closeFrame, type RawClient, request } from './support/raw-client.ts';
import { echo, rawClient, start, until } from './support/servers.ts';

/** What the handler is given for a request. */
async function upgradeOf(
  text: string,
  options: ServeOptions = {},
): Promise<{ client: RawClient; upgrade: UpgradeRequest }> {
  let seen: UpgradeRequest | undefined;
  const server = await start((connection, upgrade) => {
    seen = upgrade;
    return echo(connection, upgrade);
  }, options);
  const client = await rawClient(server);
  client.send(text);
  await client.head();
  return { client, upgrade: seen as UpgradeRequest };
}

describe('the request', () => {
  it('says what the client asked for, and who it is', async () => {
    const { upgrade } = await upgradeOf(
      request(
        {
          Host: 'example.com:8080',
          Origin: 'http://example.com:8080',
          'Sec-WebSocket-Protocol': 'b, a',
          Cookie: 'session=1',
        },
        'GET /chat//room?a=1&b=%20 HTTP/1.1',
      ),
      { subprotocols: ['a'] },
    );
    expect(upgrade).toMatchObject({
      url: 'ws://example.com:8080/chat//room?a=1&b=%20',
      path: '/chat//room',
      query: '?a=1&b=%20',
      origin: 'http://example.com:8080',
      subprotocols: ['b', 'a'],
      subprotocol: 'a',
      remoteAddress: '127.0.0.1',
      secure: false,
      tls: undefined,
      context: undefined,
    });
    expect(upgrade.headers.get('cookie')).toBe('session=1');
    expect(upgrade.headers).toBe(upgrade.headers);
  });

  it('lists what the client offers, however much that is', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `p${i}`);
    const { upgrade, client } = await upgradeOf(
      request({
        'Sec-WebSocket-Protocol': `, ${many.slice(0, 500).join(' ,\t')},`,
        'sec-websocket-protocol': many.slice(500).join(','),
      }),
      { subprotocols: ['p999'] },
    );
    expect(upgrade).toMatchObject({ subprotocols: many, subprotocol: 'p999' });
    expect(await client.head()).toContain('Sec-WebSocket-Protocol: p999\r\n');
    const { upgrade: other } = await upgradeOf(request({ 'Sec-WebSocket-Protocol': many.join(',') }));
    expect(other).toMatchObject({ subprotocols: many, subprotocol: '' });
  });

  it.each([
    ['//evil.example/x', 'ws://example.com//evil.example/x', '//evil.example/x'],
    ['/a/../b/./c', 'ws://example.com/a/../b/./c', '/a/../b/./c'],
    ['/%2e%2e/%00', 'ws://example.com/%2e%2e/%00', '/%2e%2e/%00'],
    ['http://example.com/abs?q', 'ws://example.com/abs?q', '/abs'],
  ])('takes the target as it was sent: %s', async (target, url, path) => {
    const { upgrade } = await upgradeOf(request({}, `GET ${target} HTTP/1.1`));
    expect([upgrade.url, upgrade.path]).toEqual([url, path]);
  });

  it('has no origin when none was sent', async () => {
    const { upgrade } = await upgradeOf(request());
    expect(upgrade.origin).toBe(undefined);
    expect(upgrade.subprotocols).toEqual([]);
    expect(upgrade.query).toBe('');
  });
});

describe('the signal', () => {
  it('is aborted when the connection has ended, with how', async () => {
    const { client, upgrade } = await upgradeOf(request());
    expect(upgrade.signal.aborted).toBe(false);
    client.reset();
    await once(upgrade.signal, 'abort');
    expect(upgrade.signal.reason).toMatchObject({ name: 'ConnectionClosedError', code: 'LOST' });
  });

  it('is aborted after a clean end, too', async () => {
    const { client, upgrade } = await upgradeOf(request());
    const aborted = once(upgrade.signal, 'abort');
    client.send(closeFrame(1000));
    await aborted;
    expect(upgrade.signal.reason).toMatchObject({ code: 'CLOSED', received: { code: 1000 } });
  });

  it('is the same for authorize and the handler', async () => {
    let first: AbortSignal | undefined;
    const { client, upgrade } = await upgradeOf(request(), {
      authorize: async ({ signal }) => {
        first = signal;
        return undefined;
      },
    });
    expect(upgrade.signal).toBe(first);
    client.reset();
    await once(upgrade.signal, 'abort');
  });

  it('is aborted already when it is first looked at after the failure', async () => {
    let seen: UpgradeRequest | undefined;
    const server = await start(echo, {
      authorize: (upgrade) => {
        seen = upgrade;
        return new Promise<undefined>(() => {});
      },
    });
    const client = await rawClient(server);
    client.send(request());
    await until(() => seen !== undefined);
    client.send('x'.repeat(20_000));
    expect((await client.response()).status).toBe(400);
    expect(seen?.signal.aborted).toBe(true);
    expect(seen?.signal.reason).toMatchObject({ code: 'BODY_UNEXPECTED' });
  });
});
