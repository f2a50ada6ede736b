import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandshakeError, handshakeError, REFUSALS, type RefusalCode } from '../../src/errors.ts';
import { acceptKey } from '../../src/handshake/accept-key.ts';
import { fieldValues } from '../../src/handshake/fields.ts';
import type { Fields, ResponseHead } from '../../src/handshake/head.ts';
import { encodeResponseHead } from '../../src/handshake/head.ts';
import { RequestHeadDecoder, ResponseHeadDecoder } from '../../src/handshake/head-decoder.ts';
import { reasonPhrase } from '../../src/handshake/reason-phrase.ts';
import { type Acceptance, buildRequest, checkRequest, type Offer } from '../../src/handshake/request.ts';
import { buildRejection, buildResponse, checkResponse } from '../../src/handshake/response.ts';
import {
  expectedOfResponse,
  inChunks,
  responseOutcome,
  TRAILING,
  titled,
  toBytes,
} from '../vectors/replay-handshake.ts';
import { SAMPLE_ACCEPT, SAMPLE_KEY } from '../vectors/request-vectors.ts';
import { RESPONSE_VECTORS } from '../vectors/response-vectors.ts';
import { toyClient, toyServer } from './toy-extension.ts';

const OFFER: Offer = { host: 'example.com', key: SAMPLE_KEY };
const ACCEPTANCE: Acceptance = checkRequest(buildRequest(OFFER), { secure: false });

const api = { RequestHeadDecoder, ResponseHeadDecoder, acceptKey, checkRequest, checkResponse };

function usageError(code: string): unknown {
  return expect.objectContaining({ name: 'UsageError', code });
}

/** Refusals a server answers with. */
const SERVER_CODES = (Object.keys(REFUSALS) as RefusalCode[]).filter((code) => REFUSALS[code].status > 0);

describe('buildResponse', () => {
  it('completes the handshake with the least that is needed', () => {
    expect(buildResponse(ACCEPTANCE)).toEqual({
      status: 101,
      reason: 'Switching Protocols',
      fields: [
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Accept', SAMPLE_ACCEPT],
      ],
    });
  });

  it('says what was agreed on, and what the server adds', () => {
    const acceptance: Acceptance = {
      ...ACCEPTANCE,
      subprotocol: 'b',
      offeredSubprotocols: ['a', 'b'],
      extensions: [
        { name: 'toy', params: [['level', '1']] },
        { name: 'other', params: [['x', true]] },
      ],
    };
    expect(buildResponse(acceptance, [['Set-Cookie', 'a=1']]).fields.slice(3)).toEqual([
      ['Sec-WebSocket-Protocol', 'b'],
      ['Sec-WebSocket-Extensions', 'toy; level=1, other; x'],
      ['Set-Cookie', 'a=1'],
    ]);
  });

  it('refuses a subprotocol the client does not offer', () => {
    const acceptance = { ...ACCEPTANCE, subprotocol: 'c', offeredSubprotocols: ['a'] };
    expect(() => buildResponse(acceptance)).toThrow(usageError('INVALID_ARGUMENT'));
  });

  it('refuses an extension that is not made of tokens', () => {
    const acceptance = { ...ACCEPTANCE, extensions: [{ name: 'a\r\nb', params: [] }] };
    expect(() => buildResponse(acceptance)).toThrow(usageError('INVALID_ARGUMENT'));
  });

  it.each<Fields[number]>([
    ['sec-websocket-accept', 'x'],
    ['Sec-WebSocket-Extensions', 'x'],
    ['connection', 'close'],
    ['Content-Length', '0'],
    ['X', 'a\r\n\r\nb'],
  ])('refuses the field %s: %j', (...field) => {
    expect(() => buildResponse(ACCEPTANCE, [field])).toThrow(usageError('INVALID_OPTION'));
  });
});

describe('buildRejection', () => {
  it.each(SERVER_CODES)('tells %s by the status and sentence of the table, and no more', (code) => {
    const { status, message } = REFUSALS[code];
    const rejection = buildRejection(handshakeError(code, 'secret detail', { cause: new Error('inner secret') }));
    expect(rejection).toMatchObject({ status, reason: reasonPhrase(status), body: `${message}\n` });
    const wire = new TextDecoder().decode(encodeResponseHead(rejection)) + rejection.body;
    expect(wire).not.toContain('secret');
    expect(fieldValues(rejection.fields, 'connection')[0]).toMatch(/^close/);
    expect(fieldValues(rejection.fields, 'content-type')).toEqual(['text/plain; charset=utf-8']);
    expect(fieldValues(rejection.fields, 'content-length')).toEqual([String(message.length + 1)]);
  });

  it('names the version spoken here to a client of another', () => {
    const { fields } = buildRejection(handshakeError('VERSION_UNSUPPORTED'));
    expect(fields.slice(0, 3)).toEqual([
      ['Connection', 'close, Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
    ]);
  });

  it('names the upgrade to a client that asked for none', () => {
    const { fields } = buildRejection(handshakeError('UPGRADE_MISSING'));
    expect(fieldValues(fields, 'upgrade')).toEqual(['websocket']);
    expect(fieldValues(fields, 'sec-websocket-version')).toEqual([]);
  });

  it('names the method, unless told otherwise', () => {
    const error = handshakeError('BAD_METHOD');
    expect(fieldValues(buildRejection(error).fields, 'allow')).toEqual(['GET']);
    expect(fieldValues(buildRejection(error, [['allow', 'GET, POST']]).fields, 'allow')).toEqual(['GET, POST']);
  });

  it('sends another status, fields and text where the server has its own', () => {
    const error = handshakeError('REFUSED', undefined, { status: 401 });
    const fields: Fields = [
      ['WWW-Authenticate', 'Bearer'],
      ['content-type', 'application/json'],
    ];
    expect(buildRejection(error, fields, '"\u20ac"')).toEqual({
      status: 401,
      reason: 'Unauthorized',
      fields: [['Connection', 'close'], ['Content-Length', '5'], ...fields],
      body: '"\u20ac"',
    });
    expect(buildRejection(error, [], '').fields).toContainEqual(['Content-Length', '0']);
  });

  it('leaves out the reason of a status without a name', () => {
    expect(buildRejection(handshakeError('REFUSED', undefined, { status: 499 })).reason).toBe('');
  });

  it.each([300, 599])('takes the status %d', (status) => {
    expect(buildRejection(handshakeError('REFUSED', undefined, { status })).status).toBe(status);
  });

  it.each([0, 101, 200, 299, 600, 403.5, Number.NaN])('refuses the status %d, which refuses nothing', (status) => {
    const error = handshakeError('REFUSED', undefined, { status });
    expect(() => buildRejection(error)).toThrow(usageError('INVALID_ARGUMENT'));
  });

  it.each<Fields[number]>([
    ['Connection', 'keep-alive'],
    ['Content-Length', '1'],
    ['X', 'a\r\nb'],
  ])('refuses the field %s: %j', (...field) => {
    expect(() => buildRejection(handshakeError('REFUSED'), [field])).toThrow(usageError('INVALID_OPTION'));
  });

  it('is never taken for an agreement', () => {
    for (const code of SERVER_CODES) {
      const bytes = encodeResponseHead(buildRejection(handshakeError(code)));
      const decoded = new ResponseHeadDecoder().push(bytes);
      expect(() => checkResponse(decoded?.head as ResponseHead, OFFER)).toThrow(
        expect.objectContaining({ code: 'NOT_SWITCHED', status: REFUSALS[code].status }),
      );
    }
  });
});

describe('checkResponse', () => {
  describe.each(['', TRAILING])('of bytes followed by %j', (rest) => {
    it.each(titled(RESPONSE_VECTORS))('%s', (_, vector) => {
      const bytes = toBytes(vector.raw + rest);
      const expected = expectedOfResponse(vector, rest);
      expect(responseOutcome(api, vector, [bytes])).toEqual(expected);
      expect(responseOutcome(api, vector, inChunks(bytes, 1))).toEqual(expected);
    });
  });

  it('has a byte vector for every failure that bytes can cause', () => {
    const codes: RefusalCode[] = [
      'HEAD_INVALID',
      'HEAD_TOO_LARGE',
      'NOT_SWITCHED',
      'UPGRADE_UNCONFIRMED',
      'ACCEPT_MISMATCH',
      'EXTENSIONS_INVALID',
      'EXTENSION_UNREQUESTED',
      'SUBPROTOCOL_UNREQUESTED',
      'SUBPROTOCOL_REQUIRED',
    ];
    const seen = new Set(RESPONSE_VECTORS.flatMap(({ outcome }) => ('code' in outcome ? [outcome.code] : [])));
    expect([...seen].sort()).toEqual(codes.sort());
  });

  it('attaches the response, its status and the phase to the error', () => {
    const head: ResponseHead = { status: 403, reason: 'Forbidden', fields: [['X', 'y']] };
    expect(() => checkResponse(head, OFFER)).toThrow(
      expect.objectContaining({
        name: 'HandshakeError',
        code: 'NOT_SWITCHED',
        status: 403,
        phase: 'response',
        section: 'RFC 6455 4.1',
        response: head,
      }),
    );
    expect(() => checkResponse(head, OFFER)).toThrow('It answered "403 Forbidden".');
    expect(() => checkResponse({ ...head, reason: '' }, OFFER)).toThrow('It answered "403".');
  });

  it('takes a head without a version for HTTP/1.1', () => {
    expect(checkResponse(buildResponse(ACCEPTANCE), OFFER)).toEqual({ subprotocol: '', extensions: [] });
  });

  it('agrees to extensions that were offered', () => {
    const offer: Offer = { ...OFFER, extensions: [toyClient('toy', [3, 1])] };
    const answer = (params: Acceptance['extensions'][number]['params']): ResponseHead =>
      buildResponse({ ...ACCEPTANCE, extensions: [{ name: 'toy', params }] });
    expect(checkResponse(answer([['level', '1']]), offer).extensions).toEqual([
      { name: 'toy', params: [['level', '1']] },
    ]);
    expect(() => checkResponse(answer([['level', '2']]), offer)).toThrow(
      expect.objectContaining({ code: 'EXTENSION_UNREQUESTED' }),
    );
  });

  it('refuses an extension where none was offered', () => {
    const head = buildResponse({ ...ACCEPTANCE, extensions: [{ name: 'toy', params: [] }] });
    expect(() => checkResponse(head, OFFER)).toThrow(expect.objectContaining({ code: 'EXTENSION_UNREQUESTED' }));
  });

  it('misses a subprotocol that is required, be only one offered', () => {
    const offer: Offer = { ...OFFER, subprotocols: ['chat'], requireSubprotocol: true };
    expect(() => checkResponse(buildResponse(ACCEPTANCE), offer)).toThrow(
      expect.objectContaining({ code: 'SUBPROTOCOL_REQUIRED' }),
    );
  });

  it('agrees with the server on whatever the two negotiate', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
    const levels = fc.uniqueArray(fc.integer({ min: 1, max: 3 }));
    fc.assert(
      fc.property(names, names, levels, fc.integer({ min: 0, max: 3 }), (offered, spoken, wanted, most) => {
        const offer: Offer = { ...OFFER, subprotocols: offered, extensions: [toyClient('toy', wanted)] };
        const policy = { secure: false, subprotocols: spoken, extensions: [toyServer('toy', most)] };
        const acceptance = checkRequest(buildRequest(offer), policy);
        const response = new ResponseHeadDecoder().push(encodeResponseHead(buildResponse(acceptance)))?.head;
        expect(checkResponse(response as ResponseHead, offer)).toEqual({
          subprotocol: acceptance.subprotocol,
          extensions: acceptance.extensions,
        });
      }),
    );
  });

  it('throws nothing but HandshakeError, whatever the head', () => {
    const name = fc.constantFrom(
      ...['Upgrade', 'Connection', 'Sec-WebSocket-Accept', 'Sec-WebSocket-Protocol', 'Sec-WebSocket-Extensions'],
      ...['__proto__', 'constructor'],
    );
    const value = fc.oneof(
      fc.constantFrom('websocket', 'Upgrade', SAMPLE_ACCEPT, 'toy; level=1', 'a'),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const fields = fc.array(fc.tuple(name, value), { maxLength: 8 });
    const valid = buildResponse(ACCEPTANCE).fields;
    const heads = fc.record({
      status: fc.constantFrom(101, 200),
      reason: fc.string({ unit: 'binary' }),
      fields: fc.oneof(
        fields,
        fields.map((added) => [...valid, ...added]),
      ),
    });
    const offer: Offer = { ...OFFER, subprotocols: ['a'], extensions: [toyClient('toy', [1])] };
    fc.assert(
      fc.property(heads, (head) => {
        try {
          expect(checkResponse(head, offer).extensions.length).toBeLessThan(2);
        } catch (error) {
          if (!(error instanceof HandshakeError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});
