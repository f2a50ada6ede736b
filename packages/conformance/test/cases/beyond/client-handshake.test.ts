import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { serveClients } from '../../../src/serve-clients.ts';
import { encodeHead } from '../../../src/wire/head.ts';
import { visit } from '../../support/echo-client.ts';
import { caseOf, judgeClient, reportOnClient, sectionCases } from '../../support/judge.ts';
import { failedIds, reportOnWsClient } from '../../support/ws-endpoint.ts';

const SECRET = 'Basic c2VjcmV0OnNlY3JldA==';

/** Opens a WebSocket with credentials, and resolves with the first of what comes back. */
function ask(url: string): Promise<string> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(
    encodeHead(`GET ${pathname}${search} HTTP/1.1`, [
      ['Host', host],
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
      ['Sec-WebSocket-Version', '13'],
      ['Authorization', SECRET],
    ]),
  );
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      // The tester closes this side of TCP a little later, which ends the socket here too.
      resolve(chunk.toString('latin1'));
    });
  });
}

describe('section client-handshake', () => {
  it('passes ws', async () => {
    expect(failedIds(await reportOnWsClient(sectionCases('client-handshake')))).toEqual([]);
  });

  it('passes a client that follows a redirect without its credentials', async () => {
    const redirects = sectionCases('client-handshake').filter(({ id }) => id.startsWith('client-handshake.4.'));
    const options = { followRedirects: true, headers: { Authorization: SECRET } };
    expect(failedIds(await reportOnWsClient(redirects, options))).toEqual([]);
  });

  it('fails a client that follows a redirect and takes its credentials along', async () => {
    const tester = await serveClients({ cases: [caseOf('client-handshake.4.2')], timeout: 1000 });
    try {
      const location = /^location: (\S+)/im.exec(await ask(`${tester.url}/case/1?agent=leaky`))?.[1] ?? '';
      await ask(location);
      await visit(`${tester.url}/report?agent=leaky`);
      const { cases } = await tester.firstReport;
      expect(cases[0]?.failure).toBe('Expected no credentials at another origin, and received authorization.');
    } finally {
      await tester.close();
    }
  });

  it('passes a client that follows a redirect and says what is no HTTP there, and hangs up on it', async () => {
    const tester = await serveClients({ cases: [caseOf('client-handshake.4.2')], timeout: 1000 });
    try {
      const location = /^location: (\S+)/im.exec(await ask(`${tester.url}/case/1?agent=odd`))?.[1] ?? '';
      const follower = connect({ host: new URL(location).hostname, port: Number(new URL(location).port) });
      follower.on('error', () => follower.destroy());
      const gone = once(follower.resume(), 'close');
      follower.write('no HTTP');
      await new Promise((resolve) => follower.write(' at all\r\n\r\n', resolve));
      await gone;
      await visit(`${tester.url}/report?agent=odd`);
      const { cases } = await tester.firstReport;
      expect(cases[0]?.outcome).toBe('pass');
    } finally {
      await tester.close();
    }
  });

  it.each([
    ['closes at once', /^Expected a Pong or the end of the TCP connection, and received a Close frame with 1001\.$/],
    ['sets rsv2', /^Expected a Pong or the end of the TCP connection, and received .*reserved bits/],
  ] as const)('fails a client that %s where it may open or give up', async (fault, failure) => {
    const either = sectionCases('client-handshake').find(({ expectation }) => expectation.includes('or gives up'));
    const result = await judgeClient(either ?? caseOf(''), { trusting: true, faults: [fault] });
    expect(result.failure).toMatch(failure);
  });

  it.each([
    ['client-handshake.1.1', { method: 'POST' }, /but it wrote POST and HTTP\/1\.1\.$/],
    ['client-handshake.1.3', { fields: { Host: 'a b' } }, /but it wrote “a b”\.$/],
    ['client-handshake.1.4', { fields: { Upgrade: 'h2c' } }, /but it wrote “h2c”\.$/],
    ['client-handshake.1.5', { fields: { Connection: 'close' } }, /but it wrote “close”\.$/],
    ['client-handshake.1.6', { fields: { 'Sec-WebSocket-Version': '8' } }, /but it wrote “8”\.$/],
    ['client-handshake.1.7', { fields: { 'Sec-WebSocket-Key': 'short' } }, /but it wrote “short”\.$/],
    ['client-handshake.1.8', { fields: { Origin: ['http://a', 'http://b'] } }, /but it wrote Origin 2 times\.$/],
    ['client-handshake.1.9', { fields: { 'Content-Length': '5' } }, /but it wrote Content-Length: 5\.$/],
    ['client-handshake.1.9', { fields: { 'Transfer-Encoding': 'chunked' } }, /but it wrote Transfer-Encoding\.$/],
    ['client-handshake.1.10', { fields: { 'Sec-WebSocket-Accept': 'x' } }, /but it wrote one\.$/],
    ['client-handshake.1.11', { fields: { 'Sec-WebSocket-Protocol': 'a, a' } }, /but it wrote “a”\.$/],
    ['client-handshake.1.12', { fields: { 'Sec-WebSocket-Extensions': 'a b' } }, /but it wrote “a b”\.$/],
  ])('fails a client whose request is wrong in case %s', async (id, options, failure) => {
    const result = await judgeClient(caseOf(id), options);
    expect(result.failure).toMatch(failure);
    expect(result.outcome).toBe('fail');
  });

  it.each([
    'client-handshake.3.1',
    'client-handshake.3.3',
    'client-handshake.3.19',
    'client-handshake.3.39',
    'client-handshake.4.1',
  ])('fails a client that takes any response for an open connection in case %s', async (id) => {
    const result = await judgeClient(caseOf(id), { trusting: true });
    expect(result.failure).toMatch(
      /^Expected the end of the TCP connection, because the response was wrong, and received /,
    );
  });

  it('fails a client that has one key for all connections', async () => {
    const result = await judgeClient(caseOf('client-handshake.1.14'));
    expect(result.failure).toMatch(/^Expected a new Sec-WebSocket-Key, and received “AQIDBAUGBwgJCgsMDQ4PEA==”/);
  });

  it('passes a client over the requests it judges', async () => {
    const requests = sectionCases('client-handshake').filter(({ id }) =>
      /^client-handshake\.1\.(?:[1-9]|1[0-3]|1[56])$/.test(id),
    );
    expect(failedIds(await reportOnClient(requests))).toEqual([]);
  });
});
