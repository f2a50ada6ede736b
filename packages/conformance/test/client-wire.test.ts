import { describe, expect, it } from 'vitest';
import { clientHandshakeCase, framesCase } from '../src/case.ts';
import { ClientWire, type Request } from '../src/client-wire.ts';
import type { Link } from '../src/wire/link.ts';
import type { EchoClientOptions } from './support/echo-client.ts';
import { judgeClient } from './support/judge.ts';
import { inMilliseconds, withLink } from './support/sockets.ts';

const FACTS = { id: '0.1', title: 'A case', expectation: 'It passes.', rfc: '6455 4.1' };

async function judged(run: (wire: ClientWire) => Promise<unknown>, options: EchoClientOptions = {}): Promise<string> {
  const one = clientHandshakeCase({ ...FACTS, run: async (wire) => void (await run(wire)) });
  const { outcome, failure } = await judgeClient(one, options);
  return failure ?? outcome;
}

function wireOn(link: Link, request: Partial<Request> = {}): ClientWire {
  return new ClientWire(link, {
    request: { method: 'GET', target: '/', version: 'HTTP/1.1', fields: [], ...request },
    deadline: inMilliseconds(1000),
    messages: 1,
    earlierKeys: new Set(),
  });
}

const misanswered = async (wire: ClientWire) => {
  wire.sendResponse({ fields: { 'Sec-WebSocket-Accept': 'x' } });
  await wire.expectRefusal();
};

describe('a ClientWire', () => {
  it('judges a client that a wrong response was written to', async () => {
    expect(await judged(misanswered)).toBe('pass');
    expect(await judged(misanswered, { trusting: true })).toBe(
      'Expected the end of the TCP connection, because the response was wrong, and received nothing more in time.',
    );
    expect(await judged(misanswered, { complaint: 'no!' })).toBe(
      'Expected the end of the TCP connection, because the response was wrong, and received “no!” (3 octets) before it.',
    );
  });

  it('writes any response', async () => {
    const run = async (wire: ClientWire) => {
      const response = wire.response({ start: 'HTTP/1.1 200 OK', fields: { Upgrade: undefined } }).toString();
      expect(response).toBe(`HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${wire.accept}\r\n\r\n`);
      wire.send('HTTP/1.1 200 OK\r\n');
      await wire.sendInChops(1, Buffer.from('Content-Length: 0\r\n\r\n'));
      await wire.expectEnd();
    };
    expect(await judged(run)).toBe('pass');
  });

  it('opens a connection with what the case answered itself', async () => {
    const run = async (wire: ClientWire) => {
      expect(wire.subprotocols).toEqual(['a', 'b']);
      wire.sendResponse({ fields: { 'Sec-WebSocket-Protocol': 'b' } });
      const peer = wire.upgraded();
      await peer.expectAlive();
      await peer.finish();
    };
    expect(await judged(run, { fields: { 'Sec-WebSocket-Protocol': 'a, b' } })).toBe('pass');
  });

  it.each<readonly [EchoClientOptions, string]>([
    [{ method: 'POST' }, 'the method POST'],
    [{ fields: { Host: undefined } }, 'no single Host'],
    [{ fields: { Host: ['a', 'b'] } }, 'no single Host'],
    [{ fields: { Upgrade: 'h2c' } }, 'no field “Upgrade: websocket”'],
    [{ fields: { Connection: 'close' } }, 'no field “Connection: Upgrade”'],
    [{ fields: { 'Sec-WebSocket-Version': '8' } }, 'no field “Sec-WebSocket-Version: 13”'],
    [{ fields: { 'Sec-WebSocket-Key': 'AAAA' } }, 'the Sec-WebSocket-Key “AAAA”, which is not 16 octets in base64'],
    [{ fields: { 'Sec-WebSocket-Key': undefined } }, 'the Sec-WebSocket-Key “”, which is not 16 octets in base64'],
  ])('finds what is wrong with the request of %o', async (options, wrong) => {
    const one = framesCase({ ...FACTS, run: (peer) => peer.finish() });
    expect(await judgeClient(one, options)).toMatchObject({
      outcome: 'fail',
      failure: `Expected a right request, and received ${wrong}.`,
    });
  });

  it('finds the wrong version of HTTP', () =>
    withLink(async ({ link }) => {
      expect(() => wireOn(link, { version: 'HTTP/1.0' }).checkRequest()).toThrow(
        'Expected a right request, and received the version HTTP/1.0.',
      );
    }));

  it('passes a right request', async () => {
    const run = async (wire: ClientWire) => {
      expect(wire.request).toMatchObject({ method: 'GET', version: 'HTTP/1.1' });
      wire.checkRequest();
      await misanswered(wire);
    };
    expect(await judged(run)).toBe('pass');
  });

  it('judges a client that does not wait for the response', () =>
    withLink(async ({ link, other }) => {
      const wire = wireOn(link);
      await wire.expectSilence(10);
      other.write('early');
      await expect(wire.expectSilence(1000)).rejects.toThrow('Expected nothing yet, and received “early” (5 octets).');
      other.end();
      await expect(wire.expectSilence(1000)).rejects.toThrow(
        'Expected nothing yet, and received the end of the TCP connection.',
      );
    }));

  it('has an answer to a request without a key, which tells a client that takes any from one that checks', () =>
    withLink(async ({ link }) => {
      expect(wireOn(link).accept).toBe('Kfh9QIsMVZcl6xEPYxPHzW8SZ8w=');
    }));
});

describe('the negotiation of permessage-deflate', () => {
  const need = { offers: [{}], answers: [{ clientMaxWindowBits: 9 }, { clientNoContextTakeover: true }] };
  const negotiated = async (offer: string | undefined): Promise<string> => {
    let agreement = '';
    const one = framesCase({
      ...FACTS,
      deflate: need,
      async run(peer) {
        agreement = JSON.stringify(peer.deflate);
        peer.message('Hello');
        await peer.expectText('Hello');
        await peer.finish();
      },
    });
    const { outcome, failure } = await judgeClient(one, offer === undefined ? {} : { offer });
    return outcome === 'pass' ? agreement : `${outcome}: ${failure}`;
  };

  it('is the first answer the client allows', async () => {
    expect(JSON.parse(await negotiated('permessage-deflate; client_max_window_bits'))).toMatchObject({
      clientMaxWindowBits: 9,
    });
    expect(JSON.parse(await negotiated('x, permessage-deflate'))).toMatchObject({ clientNoContextTakeover: true });
  });

  it('is not supported where the client offers nothing, or nothing that allows an answer', async () => {
    expect(await negotiated(undefined)).toBe('not supported: The client did not offer permessage-deflate.');
    expect(await negotiated('permessage-deflate; server_no_context_takeover')).toBe(
      "not supported: The client's offer does not allow “permessage-deflate; client_max_window_bits=9, permessage-deflate; client_no_context_takeover”: that would be client_max_window_bits, which was not offered.",
    );
  });

  it('fails with an offer that is none', async () => {
    expect(await negotiated('permessage-deflate; =')).toBe(
      'fail: Expected a list of extensions, and received “permessage-deflate; =”.',
    );
    expect(await negotiated('permessage-deflate; x')).toBe(
      'fail: Expected an offer of permessage-deflate, and received the unknown parameter x.',
    );
  });
});
