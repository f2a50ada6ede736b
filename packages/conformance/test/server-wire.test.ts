import { describe, expect, it } from 'vitest';
import { type DeflateNeed, framesCase, serverHandshakeCase } from '../src/case.ts';
import type { ServerWire } from '../src/server-wire.ts';
import type { EchoServerOptions } from './support/echo-server.ts';
import { judgeServer } from './support/judge.ts';

const FACTS = { id: '0.1', title: 'A case', expectation: 'It passes.', rfc: '6455 4.2' };

async function judged(run: (wire: ServerWire) => Promise<unknown>, options: EchoServerOptions = {}): Promise<string> {
  const one = serverHandshakeCase({ ...FACTS, run: async (wire) => void (await run(wire)) });
  const { outcome, failure } = await judgeServer(one, options);
  return failure ?? outcome;
}

/** A server that gives this answer to a case that offers this. */
async function negotiated(need: DeflateNeed, answer: string): Promise<string> {
  const one = framesCase({ ...FACTS, deflate: need, run: (peer) => peer.finish() });
  const { outcome, failure } = await judgeServer(one, { fields: { 'Sec-WebSocket-Extensions': answer } });
  return `${outcome}${failure ? `: ${failure}` : ''}`;
}

describe('a ServerWire', () => {
  it('writes a good request, and any other', async () => {
    const run = async (wire: ServerWire) => {
      expect(wire.request().toString()).toBe(
        `GET / HTTP/1.1\r\nHost: ${wire.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${wire.key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
      );
      const other = wire.request({ method: 'PUT', target: '/x', version: 'HTTP/1.0', fields: { Upgrade: undefined } });
      expect(other.toString()).toMatch(/^PUT \/x HTTP\/1\.0\r\nHost: \S+\r\nConnection: Upgrade\r\n/);
      await wire.sendInChops(7, wire.request());
      const peer = await wire.expectUpgrade();
      await peer.finish();
    };
    expect(await judged(run)).toBe('pass');
  });

  it('tells a refusal from an acceptance', async () => {
    const bare = { fields: { Upgrade: undefined } };
    const refused =
      (...statuses: number[]) =>
      async (wire: ServerWire) => {
        wire.sendRequest(bare);
        return wire.expectRefusal(...statuses);
      };
    expect(await judged(refused())).toBe('pass');
    expect(await judged(refused(400, 426))).toBe('pass');
    expect(await judged(refused(400))).toBe('Expected a response with 400, and received 426.');
    const accepted = async (wire: ServerWire) => {
      wire.send(wire.request().toString('latin1'));
      return wire.expectRefusal();
    };
    expect(await judged(accepted)).toBe('Expected a response that refuses, and received 101.');
  });

  it('takes a refusal of HTTP/1.0, but no 101, and reads over what is not final', async () => {
    const refused = async (wire: ServerWire) => {
      wire.sendRequest();
      return wire.expectRefusal();
    };
    const early = 'HTTP/1.1 100 Continue\r\n\r\n';
    expect(await judged(refused, { instead: `${early}HTTP/1.0 400 Bad Request\r\n\r\n` })).toBe('pass');
    expect(await judged(refused, { instead: 'HTTP/1.0 101 Switching Protocols\r\n\r\n' })).toBe(
      'Expected a response that refuses, and received the line “HTTP/1.0 101 Switching Protocols”.',
    );
  });

  it('takes the end of the connection for a refusal where a case allows it', async () => {
    const run = async (wire: ServerWire) => {
      wire.sendRequest();
      return wire.expectRefusalOrEnd();
    };
    expect(await judged(run, { instead: '' })).toBe('pass');
    expect(await judged(run, { instead: 'HTTP/1.1 400 Bad Request\r\n\r\n' })).toBe('pass');
    expect(await judged(run)).toBe('Expected a response that refuses, and received 101.');
    expect(await judged((wire) => wire.expectRefusalOrEnd())).toBe(
      'Expected a response that refuses or the end of the TCP connection, and received nothing in time.',
    );
  });

  it('waits for the end of the connection', async () => {
    const run = async (wire: ServerWire) => {
      wire.sendRequest({ fields: { Upgrade: undefined } });
      await wire.expectRefusal();
      await wire.expectEnd();
    };
    expect(await judged(run)).toBe('pass');
  });

  const opened = (wire: ServerWire) => wire.open();

  it.each<readonly [EchoServerOptions, string]>([
    [{ instead: 'hello\r\n\r\n' }, 'Expected a response with 101, and received the line “hello”.'],
    [{ instead: 'HTTP/1.0 101 X\r\n\r\n' }, 'Expected a response with 101, and received the line “HTTP/1.0 101 X”.'],
    [{ instead: 'HTTP/1.1 200 OK\r\n\r\n' }, 'Expected a response with 101, and received 200.'],
    [{ fields: { Upgrade: undefined } }, 'Expected a response with 101, and received no field “Upgrade: websocket”.'],
    [{ fields: { Connection: 'close' } }, 'Expected a response with 101, and received no field “Connection: Upgrade”.'],
    [
      { fields: { 'Sec-WebSocket-Accept': 'x' } },
      'Expected a response with 101, and received the Sec-WebSocket-Accept “x” instead of ',
    ],
    [
      { fields: { 'Sec-WebSocket-Protocol': 'chat' } },
      'Expected a response with 101, and received the subprotocol “chat”, which was not asked for.',
    ],
    [
      { fields: { 'Sec-WebSocket-Extensions': 'permessage-deflate' } },
      'Expected no extension, because none was offered, and received “permessage-deflate”.',
    ],
  ])('finds what is wrong with the response of %o', async (options, failure) => {
    expect((await judged(opened, options)).startsWith(failure)).toBe(true);
  });

  it('accepts one of the subprotocols that were asked for', async () => {
    const run = (wire: ServerWire) => wire.open({ subprotocols: ['chat', 'superchat'] });
    expect(await judged(run, { fields: { 'Sec-WebSocket-Protocol': 'superchat' } })).toBe('pass');
    expect(await judged(run, { fields: { 'Sec-WebSocket-Protocol': ['chat', 'superchat'] } })).toMatch(
      /“chat, superchat”/,
    );
  });
});

describe('the negotiation of permessage-deflate', () => {
  const offers = { offers: [{ serverNoContextTakeover: true }, {}], answers: [{}] };

  it('is any answer that fits one of the offers', async () => {
    expect(await negotiated(offers, 'permessage-deflate')).toBe('pass');
    expect(await negotiated(offers, 'permessage-deflate; server_max_window_bits=9')).toBe('pass');
  });

  it('is not supported where the server declines, which fails where it is required', async () => {
    const one = framesCase({ ...FACTS, deflate: offers, run: (peer) => peer.finish() });
    expect(await judgeServer(one)).toMatchObject({
      outcome: 'not supported',
      failure: 'The server declined permessage-deflate.',
    });
  });

  it.each([
    ['x-unknown', 'fail: Expected an answer to permessage-deflate, and received “x-unknown”.'],
    [
      'permessage-deflate, permessage-deflate',
      'fail: Expected an answer to permessage-deflate, and received “permessage-deflate, permessage-deflate”.',
    ],
    ['permessage-deflate; =', 'fail: Expected an answer to permessage-deflate, and received “permessage-deflate; =”.'],
    ['permessage-deflate; x', 'fail: Expected an answer to permessage-deflate, and received the unknown parameter x.'],
    [
      'permessage-deflate; client_max_window_bits=9',
      'fail: Expected an answer to permessage-deflate that was offered, and received client_max_window_bits, which was not offered.',
    ],
  ])('fails with the answer %s', async (answer, failure) => {
    expect(await negotiated(offers, answer)).toBe(failure);
  });
});
