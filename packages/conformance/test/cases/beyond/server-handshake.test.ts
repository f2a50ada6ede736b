import { describe, expect, it } from 'vitest';
import type { Head } from '../../../src/wire/head.ts';
import { caseOf, judgeServer, sectionCases } from '../../support/judge.ts';
import { failedIds, reportOnWsServer } from '../../support/ws-endpoint.ts';

describe('section server-handshake', () => {
  it('passes ws but for what ws and Node’s HTTP server are known to do', async () => {
    expect(failedIds(await reportOnWsServer(sectionCases('server-handshake')))).toEqual([
      // Versions of HTTP before 1.1, and none at all.
      'server-handshake.1.9',
      'server-handshake.1.10',
      'server-handshake.1.13',
      // The field Host is not looked at.
      ...[1, 2, 3, 4, 5].map((number) => `server-handshake.2.${number}`),
      // A version is taken for a number, however it is written.
      'server-handshake.3.27',
      'server-handshake.3.28',
      'server-handshake.3.29',
      // A body is taken for frames.
      'server-handshake.7.18',
    ]);
  });

  it.each([
    ['server-handshake.1.1', /^Expected a response that refuses, and received 101\.$/],
    ['server-handshake.1.9', /^Expected a response that refuses, and received 101\.$/],
    ['server-handshake.2.1', /^Expected a response with 400, and received 101\.$/],
    ['server-handshake.3.6', /^Expected a response that refuses, and received 101\.$/],
    ['server-handshake.3.22', /^Expected a response that refuses, and received 101\.$/],
    ['server-handshake.7.18', /and received a text message, “smuggled”/],
  ])('fails a server that looks at nothing but the key in case %s', async (id, failure) => {
    const result = await judgeServer(caseOf(id));
    expect(result.failure).toMatch(failure);
    expect(result.outcome).toBe('fail');
  });

  const REFUSAL = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';

  it.each(['server-handshake.7.18', 'server-handshake.7.19', 'server-handshake.7.20'])(
    'passes a server that refuses a request with a body in case %s',
    async (id) => {
      const hasBody = (request: Head) =>
        request.fields.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
      const instead = (request: Head) => (hasBody(request) ? REFUSAL : undefined);
      expect((await judgeServer(caseOf(id), { instead })).outcome).toBe('pass');
    },
  );

  it('passes a server that refuses, closes or ends a connection on which messages came too early', async () => {
    const early = caseOf('server-handshake.7.2');
    expect((await judgeServer(early, { instead: REFUSAL })).outcome).toBe('pass');
    expect((await judgeServer(early, { faults: ['closes at once'] })).outcome).toBe('pass');
    expect((await judgeServer(early, { faults: ['ends tcp at once'] })).outcome).toBe('pass');
  });

  it.each(['closes at once', 'ends tcp at once'] as const)(
    'fails a server that %s on a body and on every connection after it',
    async (fault) => {
      const result = await judgeServer(caseOf('server-handshake.7.18'), { faults: [fault] });
      expect(result.failure).toMatch(/^Expected a text message, “still there\?”/);
    },
  );

  it('fails a server that switches protocols where nobody asked for it', async () => {
    const instead = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
    const result = await judgeServer(caseOf('server-handshake.1.20'), { instead });
    expect(result.failure).toBe('Expected an answer in HTTP, and received 101.');
  });

  it('fails a server that names no version it speaks', async () => {
    const instead = 'HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n';
    const result = await judgeServer(caseOf('server-handshake.3.22'), { instead });
    expect(result.failure).toBe('Expected a Sec-WebSocket-Version with 13 in it, and received “”.');
  });

  it('fails a server that redirects where it has to refuse a version', async () => {
    const instead = 'HTTP/1.1 302 Found\r\nSec-WebSocket-Version: 13\r\n\r\n';
    const result = await judgeServer(caseOf('server-handshake.3.22'), { instead });
    expect(result.failure).toBe('Expected an HTTP error, and received 302.');
  });

  it('fails a server that answers with a subprotocol nobody asked for', async () => {
    const fields = { 'Sec-WebSocket-Protocol': 'other' };
    const result = await judgeServer(caseOf('server-handshake.5.1'), { fields });
    expect(result.failure).toBe(
      'Expected a response with 101, and received the subprotocol “other”, which was not asked for.',
    );
  });

  it('fails a server that answers a fixed key with the value of another', async () => {
    const fields = { 'Sec-WebSocket-Accept': 'HSmrc0sMlYUkAGmm5OPpG2HaGWk=' };
    const result = await judgeServer(caseOf('server-handshake.3.1'), { fields });
    expect(result.failure).toMatch(/instead of “s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=”\.$/);
  });
});
