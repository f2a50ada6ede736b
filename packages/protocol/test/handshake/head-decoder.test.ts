import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HandshakeError } from '../../src/errors.ts';
import { RequestHeadDecoder, ResponseHeadDecoder } from '../../src/handshake/head-decoder.ts';
import { inChunks, toBytes } from '../vectors/replay-handshake.ts';
import { REQUEST_VECTORS } from '../vectors/request-vectors.ts';
import { RESPONSE_VECTORS } from '../vectors/response-vectors.ts';

type Decoder = RequestHeadDecoder | ResponseHeadDecoder;

/** All that can be told from outside: the head, or the error, and after how many bytes it came. */
function decode(decoder: Decoder, chunks: readonly Uint8Array[]): object {
  let before = 0;
  for (const chunk of chunks) {
    try {
      const done = decoder.push(chunk);
      if (done !== undefined) return { head: done.head, length: before + done.consumed };
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      return { code: error.code, message: error.message };
    }
    before += chunk.length;
  }
  return { waiting: before };
}

/** Cuts the bytes at the given places, in any order, empty chunks included. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, i) => bytes.slice(sorted[i - 1] ?? 0, end));
}

const REQUEST = 'GET /chat HTTP/1.1\r\nHost: example.com\r\nX: \t y z \t\r\n\r\n';

describe('RequestHeadDecoder', () => {
  it('shows what it holds of a head that is not complete, however it came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (places) => {
        const decoder = new RequestHeadDecoder();
        const bytes = toBytes(REQUEST).subarray(0, -1);
        const shown: [Uint8Array, number][] = [];
        let length = 0;
        for (const chunk of cut(bytes, places)) {
          shown.push([decoder.pending, length]);
          decoder.push(chunk);
          length += chunk.length;
        }
        shown.push([decoder.pending, length]);
        for (const [pending, size] of shown) expect(pending).toEqual(bytes.slice(0, size));
      }),
    );
  });

  it('gives the head and counts its bytes', () => {
    const decoder = new RequestHeadDecoder();
    expect(decoder.push(toBytes(`${REQUEST}\x81\x85rest`))).toEqual({
      head: {
        method: 'GET',
        target: '/chat',
        version: 'HTTP/1.1',
        fields: [
          ['Host', 'example.com'],
          ['X', 'y z'],
        ],
      },
      consumed: REQUEST.length,
    });
  });

  it('counts only the bytes of the last chunk', () => {
    const decoder = new RequestHeadDecoder();
    const bytes = toBytes(`${REQUEST}rest`);
    expect(decoder.push(bytes.subarray(0, 30))).toBeUndefined();
    expect(decoder.push(bytes.subarray(30))?.consumed).toBe(REQUEST.length - 30);
  });

  it('keeps a copy of what it must keep, so that a chunk may be reused', () => {
    const decoder = new RequestHeadDecoder();
    const chunk = toBytes(REQUEST.slice(0, 30));
    decoder.push(chunk);
    chunk.fill(0);
    expect(decoder.push(toBytes(REQUEST.slice(30)))?.head.target).toBe('/chat');
  });

  it('leaves the chunk as it is', () => {
    const chunk = toBytes(`${REQUEST}rest`);
    new RequestHeadDecoder().push(chunk);
    expect(chunk).toEqual(toBytes(`${REQUEST}rest`));
  });

  it('reads bytes beyond ASCII as one character each', () => {
    const raw = `GET / HTTP/1.1\r\nX: ${Array.from({ length: 128 }, (_, i) => String.fromCharCode(128 + i)).join('')}y\r\n\r\n`;
    expect(new RequestHeadDecoder().push(toBytes(raw))?.head.fields[0]?.[1]).toBe(raw.slice(19, -4));
  });

  it('takes a head without fields', () => {
    expect(new RequestHeadDecoder().push(toBytes('GET / HTTP/1.1\r\n\r\n'))?.head.fields).toEqual([]);
  });

  it('reads nothing after the head', () => {
    const decoder = new RequestHeadDecoder();
    decoder.push(toBytes(REQUEST));
    expect(() => decoder.push(new Uint8Array(0))).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }),
    );
  });

  it('fails at the first byte that cannot be right, before the head is complete', () => {
    const refusal = expect.objectContaining({ code: 'HEAD_INVALID', status: 400, section: 'RFC 9112 2.2' });
    expect(() => new RequestHeadDecoder().push(toBytes('\x16'))).toThrow(refusal);
    expect(() => new RequestHeadDecoder().push(toBytes('GET / HTTP/1.1\n'))).toThrow(refusal);
    expect(() => new RequestHeadDecoder().push(toBytes('GET / HTTP/1.1\rH'))).toThrow(refusal);
  });

  it('has no phase or response to report', () => {
    const decoder = new RequestHeadDecoder();
    expect(() => decoder.push(toBytes('\n'))).toThrow(expect.not.objectContaining({ phase: 'response' }));
  });
});

describe('ResponseHeadDecoder', () => {
  it('gives the head, its version, and counts its bytes', () => {
    const raw = 'HTTP/1.0 404 Not  Found \r\nA: b\r\n\r\n';
    expect(new ResponseHeadDecoder().push(toBytes(`${raw}body`))).toEqual({
      head: { status: 404, reason: 'Not  Found ', version: 'HTTP/1.0', fields: [['A', 'b']] },
      consumed: raw.length,
    });
  });

  it('reports the phase, and no status where none came', () => {
    const decoder = new ResponseHeadDecoder();
    expect(() => decoder.push(toBytes('\n'))).toThrow(
      expect.objectContaining({ code: 'HEAD_INVALID', status: 0, phase: 'response' }),
    );
  });
});

describe.each([
  { kind: 'requests', create: (limits = {}): Decoder => new RequestHeadDecoder(limits), vectors: REQUEST_VECTORS },
  { kind: 'responses', create: (limits = {}): Decoder => new ResponseHeadDecoder(limits), vectors: RESPONSE_VECTORS },
])('decoders of $kind', ({ create, vectors }) => {
  it('say the same however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...vectors),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom('', '\x81\0', '\r\n\r\n'),
        (vector, places, rest) => {
          const bytes = toBytes(vector.raw + rest);
          expect(decode(create(), cut(bytes, places))).toEqual(decode(create(), [bytes]));
        },
      ),
    );
  });

  it('throw nothing but HandshakeError, and say the same however the bytes are cut', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\r',
        '\n',
        ' ',
        ':',
        '\t',
        'GET / HTTP/1.1\r\n',
        'HTTP/1.1 101 OK\r\n',
        'A: b\r\n',
        '__proto__:',
        '\0',
      ),
      fc.string({ unit: 'binary-ascii', maxLength: 6 }),
      fc.constantFrom('\x7f', '\x80', '\xff'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 8 }), (pieces, places) => {
        const bytes = toBytes(pieces.join(''));
        const limits = { maxHeadBytes: 60, maxFields: 2 };
        expect(decode(create(limits), cut(bytes, places))).toEqual(decode(create(limits), [bytes]));
      }),
      { numRuns: 3000 },
    );
  });

  it('take a head of exactly maxHeadBytes and maxFields, and none that is larger', () => {
    const raw = vectors[0]?.raw ?? '';
    const bytes = toBytes(raw);
    const maxFields = raw.split('\r\n').length - 3;
    for (const size of [1, 7, bytes.length]) {
      const chunks = inChunks(bytes, size);
      expect(decode(create({ maxHeadBytes: bytes.length, maxFields }), chunks)).toHaveProperty('head');
      expect(decode(create({ maxHeadBytes: bytes.length - 1 }), chunks)).toHaveProperty('code', 'HEAD_TOO_LARGE');
      expect(decode(create({ maxFields: maxFields - 1 }), chunks)).toHaveProperty('code', 'HEAD_TOO_LARGE');
    }
  });

  it('look at no byte beyond maxHeadBytes', () => {
    const bytes = new Uint8Array(1 << 20).fill(0x41);
    bytes[100] = 0;
    expect(decode(create({ maxHeadBytes: 100 }), [bytes])).toHaveProperty('code', 'HEAD_TOO_LARGE');
  });

  it('wait while the head is incomplete', () => {
    const bytes = toBytes(vectors[0]?.raw ?? '');
    for (let end = 0; end < bytes.length; end++) {
      expect(decode(create(), [bytes.subarray(0, end)])).toEqual({ waiting: end });
    }
  });

  it('come to an end with 256 KiB that arrive one byte at a time', () => {
    // Only so much work fits into the time a test has: none of these bytes can be looked at, or copied, for each that follows.
    const size = 1 << 18;
    const decoder = create({ maxHeadBytes: size });
    const byte = new Uint8Array([0x41]);
    for (let i = 1; i < size; i++) decoder.push(byte);
    expect(() => decoder.push(byte)).toThrow(expect.objectContaining({ code: 'HEAD_TOO_LARGE' }));
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuse a limit of %d', (value) => {
    const usageError = expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' });
    expect(() => create({ maxHeadBytes: value })).toThrow(usageError);
    expect(() => create({ maxFields: value })).toThrow(usageError);
  });

  it('take undefined for the default', () => {
    const raw = vectors[0]?.raw ?? '';
    expect(decode(create({ maxHeadBytes: undefined, maxFields: undefined }), [toBytes(raw)])).toHaveProperty('head');
  });
});
