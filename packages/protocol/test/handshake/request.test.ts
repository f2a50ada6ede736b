import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandshakeError, type RefusalCode } from '../../src/errors.ts';
import { acceptKey } from '../../src/handshake/accept-key.ts';
import type { Fields, RequestHead } from '../../src/handshake/head.ts';
import { encodeRequestHead } from '../../src/handshake/head.ts';
import { RequestHeadDecoder, ResponseHeadDecoder } from '../../src/handshake/head-decoder.ts';
import {
  buildRequest,
  checkPolicy,
  checkRequest,
  isUpgradeRequest,
  type Offer,
  type ServerPolicy,
} from '../../src/handshake/request.ts';
import { checkResponse } from '../../src/handshake/response.ts';
import { expectedOfRequest, inChunks, requestOutcome, TRAILING, titled, toBytes } from '../vectors/replay-handshake.ts';
import { REQUEST_VECTORS, SAMPLE_KEY } from '../vectors/request-vectors.ts';
import { toyClient, toyServer } from './toy-extension.ts';

const OFFER: Offer = { host: 'example.com', key: SAMPLE_KEY };
const POLICY: ServerPolicy = { secure: false };

const api = { RequestHeadDecoder, ResponseHeadDecoder, acceptKey, checkRequest, checkResponse };
const usageError = expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' });

describe('buildRequest', () => {
  it('asks for a WebSocket with the least that is needed', () => {
    expect(buildRequest(OFFER)).toEqual({
      method: 'GET',
      target: '/',
      version: 'HTTP/1.1',
      fields: [
        ['Host', 'example.com'],
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Key', SAMPLE_KEY],
        ['Sec-WebSocket-Version', '13'],
      ],
    });
  });

  it('asks for all it is told to', () => {
    const head = buildRequest({
      host: '[::1]:8080',
      target: '/chat?room=1',
      key: SAMPLE_KEY,
      origin: 'https://app.example',
      subprotocols: ['a', 'b'],
      extensions: [toyClient('toy', [2, 1])],
      fields: [['Authorization', 'Bearer x']],
    });
    expect(head.target).toBe('/chat?room=1');
    expect(head.fields[0]).toEqual(['Host', '[::1]:8080']);
    expect(head.fields.slice(5)).toEqual([
      ['Origin', 'https://app.example'],
      ['Sec-WebSocket-Protocol', 'a, b'],
      ['Sec-WebSocket-Extensions', 'toy; level=2, toy; level=1'],
      ['Authorization', 'Bearer x'],
    ]);
  });

  it('takes undefined for what is left out', () => {
    const nothing = { target: undefined, origin: undefined, subprotocols: undefined, extensions: undefined };
    expect(buildRequest({ ...OFFER, ...nothing, fields: undefined })).toEqual(buildRequest(OFFER));
  });

  it.each<[option: string, what: string, value: unknown]>([
    ['host', 'no host', undefined],
    ['host', 'an empty host', ''],
    ['host', 'a URL', 'ws://example.com'],
    ['host', 'user information', 'user@example.com'],
    ['host', 'a line break', 'example.com\r\nX: y'],
    ['target', 'a relative path', 'chat'],
    ['target', 'a URL', 'ws://example.com/'],
    ['target', 'a fragment', '/chat#top'],
    ['target', 'space', '/a b'],
    ['target', 'a line break', '/\r\nX: y'],
    ['target', 'characters beyond ASCII', '/caf\xe9'],
    ['key', 'no key', undefined],
    ['key', 'a key of another length', 'AAAA'],
    ['origin', 'an empty origin', ''],
    ['origin', 'a line break', 'https://a\r\nX: y'],
    ['origin', 'what is no string', 1],
    ['subprotocols', 'a string', 'chat'],
    ['subprotocols', 'a subprotocol twice', ['a', 'a']],
    ['subprotocols', 'a line break', ['a\r\nX: y']],
    ['subprotocols', 'a list in a string', ['a, b']],
    ['extensions', 'a name that is no token', [toyClient('a b', [])]],
    ['extensions', 'an extension twice', [toyClient('a', []), toyClient('a', [])]],
    ['fields', 'Host', [['host', 'evil.example']]],
    ['fields', 'Origin', [['origin', 'https://evil.example']]],
    ['fields', 'the key', [['Sec-WebSocket-Key', SAMPLE_KEY]]],
    ['fields', 'a body', [['Content-Length', '1']]],
    ['fields', 'a line break', [['X', 'a\r\nY: b']]],
  ])('refuses in %s: %s', (option, _, value) => {
    const offer = { ...OFFER, [option]: value } as Offer;
    expect(() => buildRequest(offer)).toThrow(usageError);
    expect(() => buildRequest(offer)).toThrow(option);
  });

  it('builds what is accepted, with the same path, subprotocols and extension', () => {
    const token = fc.stringMatching(/^[a-z0-9.]{1,8}$/);
    const target = fc.webPath().map((path) => `/${path.replace(/^\/+/, '')}`);
    const subprotocols = fc.uniqueArray(token, { maxLength: 4 });
    fc.assert(
      fc.property(target, subprotocols, fc.boolean(), (path, offered, secure) => {
        const extensions = [toyClient('toy', [3, 1])];
        const head = buildRequest({ ...OFFER, target: path, subprotocols: offered, extensions });
        const decoded = new RequestHeadDecoder().push(encodeRequestHead(head))?.head;
        expect(decoded).toEqual(head);
        const last = offered.slice(-1);
        expect(checkRequest(head, { secure, subprotocols: last, extensions: [toyServer('toy', 2)] })).toMatchObject({
          path,
          subprotocol: last[0] ?? '',
          offeredSubprotocols: offered,
          extensions: [{ name: 'toy', params: [['level', '1']] }],
        });
      }),
    );
  });
});

describe('checkRequest', () => {
  describe.each(['', TRAILING])('of bytes followed by %j', (rest) => {
    it.each(titled(REQUEST_VECTORS))('%s', (_, vector) => {
      const bytes = toBytes(vector.raw + rest);
      const expected = expectedOfRequest(vector, rest);
      expect(requestOutcome(api, vector, [bytes])).toEqual(expected);
      expect(requestOutcome(api, vector, inChunks(bytes, 1))).toEqual(expected);
    });
  });

  it('has a byte vector for every refusal that bytes can cause', () => {
    const codes: RefusalCode[] = [
      'BAD_METHOD',
      'BAD_HTTP_VERSION',
      'HEAD_INVALID',
      'HEAD_TOO_LARGE',
      'TARGET_INVALID',
      'HOST_INVALID',
      'BODY_UNEXPECTED',
      'UPGRADE_MISSING',
      'VERSION_UNSUPPORTED',
      'KEY_INVALID',
      'ORIGIN_REFUSED',
      'SUBPROTOCOL_INVALID',
      'SUBPROTOCOL_REQUIRED',
      'EXTENSIONS_INVALID',
    ];
    const seen = new Set(REQUEST_VECTORS.flatMap(({ outcome }) => ('code' in outcome ? [outcome.code] : [])));
    expect([...seen].sort()).toEqual(codes.sort());
  });

  const head = buildRequest(OFFER);

  function withFields(...fields: Fields): RequestHead {
    return { ...head, fields: [...head.fields, ...fields] };
  }

  it('leaves out the origin when there is none', () => {
    expect(checkRequest(head, POLICY)).not.toHaveProperty('origin');
  });

  it('refuses in the order of the RFC', () => {
    const broken: RequestHead = {
      method: 'POST',
      target: '*',
      version: 'HTTP/1.0',
      fields: [
        ['Content-Length', '1'],
        ['Origin', 'null'],
        ['Sec-WebSocket-Protocol', ''],
        ['Sec-WebSocket-Extensions', ''],
      ],
    };
    const repairs: Partial<RequestHead>[] = [
      { method: 'GET' },
      { version: 'HTTP/1.1' },
      { fields: [['Host', 'example.com'], ...broken.fields] },
      { target: '/' },
      { fields: [...head.fields.slice(0, 2), ...broken.fields] },
      { fields: [...head.fields.slice(0, 3), ...broken.fields] },
      { fields: [...head.fields.slice(0, 3), ...broken.fields.slice(1)] },
      { fields: [...head.fields.slice(0, 3), ['Sec-WebSocket-Version', '13'], ...broken.fields.slice(1)] },
      { fields: [...head.fields, ...broken.fields.slice(1)] },
      { fields: [...head.fields, ...broken.fields.slice(2)] },
      { fields: [...head.fields, ...broken.fields.slice(3)] },
      { fields: head.fields },
    ];
    const codes: string[] = [];
    let current = broken;
    for (const repair of repairs) {
      try {
        checkRequest(current, POLICY);
      } catch (error) {
        codes.push((error as HandshakeError).code);
      }
      current = { ...current, ...repair };
    }
    expect(codes).toEqual([
      'BAD_METHOD',
      'BAD_HTTP_VERSION',
      'HOST_INVALID',
      'TARGET_INVALID',
      'UPGRADE_MISSING',
      'UPGRADE_MISSING',
      'BODY_UNEXPECTED',
      'VERSION_UNSUPPORTED',
      'KEY_INVALID',
      'ORIGIN_REFUSED',
      'SUBPROTOCOL_INVALID',
      'EXTENSIONS_INVALID',
    ]);
    expect(checkRequest(current, POLICY).path).toBe('/');
  });

  it('gives the origin and the head to a function, and refuses what it refuses', () => {
    const request = withFields(['Origin', 'https://app.example']);
    const calls: unknown[] = [];
    const policy = (answer: boolean): ServerPolicy => ({
      secure: false,
      origins: (...args) => {
        calls.push(args);
        return answer;
      },
    });
    expect(checkRequest(request, policy(true)).origin).toBe('https://app.example');
    expect(() => checkRequest(request, policy(false))).toThrow(expect.objectContaining({ code: 'ORIGIN_REFUSED' }));
    expect(calls).toEqual(Array(2).fill(['https://app.example', request]));
  });

  it('lets a function pick the subprotocol', () => {
    const request = withFields(['Sec-WebSocket-Protocol', 'a, b']);
    expect(checkRequest(request, { secure: false, subprotocols: (offered) => offered[1] }).subprotocol).toBe('b');
    expect(() => checkRequest(request, { secure: false, subprotocols: () => 'c' })).toThrow(usageError);
    const none: ServerPolicy = { secure: false, subprotocols: () => undefined, requireSubprotocol: true };
    expect(() => checkRequest(request, none)).toThrow(expect.objectContaining({ code: 'SUBPROTOCOL_REQUIRED' }));
  });

  it('agrees on extensions as data', () => {
    const request = withFields(['Sec-WebSocket-Extensions', 'toy; level=3, toy; level="1", other']);
    expect(checkRequest(request, { secure: false, extensions: [toyServer('toy', 2)] }).extensions).toEqual([
      { name: 'toy', params: [['level', '1']] },
    ]);
  });

  it('is not taken in by characters that only look like ASCII', () => {
    const lookalike: RequestHead = {
      ...head,
      fields: head.fields.map(([name, value]) => [name, value.replace('websocket', 'websoc\u212aet')]),
    };
    expect(() => checkRequest(lookalike, POLICY)).toThrow(expect.objectContaining({ code: 'UPGRADE_MISSING' }));
  });

  it('takes 2,000 fields, where the transport let them through', () => {
    const many = Array.from({ length: 2000 }, (_, i): readonly [string, string] => [`X-${i}`, 'x']);
    expect(checkRequest(withFields(...many), POLICY).path).toBe('/');
  });

  it('throws nothing but HandshakeError, whatever the head', () => {
    const names = ['Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version', 'Origin'].concat([
      'Sec-WebSocket-Protocol',
      'Sec-WebSocket-Extensions',
      'Content-Length',
      '__proto__',
      'constructor',
    ]);
    const value = fc.oneof(
      fc.constantFrom(
        'websocket',
        'Upgrade',
        '13',
        SAMPLE_KEY,
        'example.com',
        'http://example.com',
        'a; b="c"',
        'a, b',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const fields = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 10 });
    const part = <Value>(usual: Value, other: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
      fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, other);
    const heads = fc.record({
      method: part('GET', fc.string()),
      target: part('/', fc.string({ unit: 'binary' })),
      version: part('HTTP/1.1', fc.string()),
      fields: fc.oneof(
        fields,
        fields.map((added) => [...head.fields, ...added]),
      ),
    });
    fc.assert(
      fc.property(heads, (request) => {
        try {
          expect(checkRequest(request, POLICY).path).toMatch(/^\//);
        } catch (error) {
          if (!(error instanceof HandshakeError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('isUpgradeRequest', () => {
  it('tells requests that ask for a WebSocket, well or badly, from others', () => {
    const fields: Fields = [['upgrade', 'h2c, WebSocket']];
    const request: RequestHead = { method: 'POST', target: '*', version: 'HTTP/1.0', fields };
    expect(isUpgradeRequest(request)).toBe(true);
    expect(isUpgradeRequest({ ...request, fields: [['Upgrade', 'h2c']] })).toBe(false);
    expect(isUpgradeRequest({ ...request, fields: [] })).toBe(false);
  });
});

describe('checkPolicy', () => {
  it.each<ServerPolicy>([
    { secure: false },
    { secure: true, origins: ['https://app.example'], subprotocols: ['a'], requireSubprotocol: true },
    { secure: true, subprotocols: () => undefined, requireSubprotocol: true, extensions: [toyServer('a', 1)] },
  ])('takes %j', (policy) => {
    expect(checkPolicy(policy)).toBeUndefined();
  });

  it.each<[option: string, policy: object]>([
    ['origins', { origins: ['https://app.example/'] }],
    ['origins', { origins: 'any' }],
    ['subprotocols', { subprotocols: ['a b'] }],
    ['subprotocols', { subprotocols: 'chat' }],
    ['requireSubprotocol', { requireSubprotocol: true }],
    ['extensions', { extensions: [toyServer('a', 1), toyServer('a', 1)] }],
  ])('refuses wrong %s: %j', (option, policy) => {
    expect(() => checkPolicy({ secure: false, ...policy })).toThrow(usageError);
    expect(() => checkPolicy({ secure: false, ...policy })).toThrow(option);
  });
});
