import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RequestHead, ResponseHead } from '../../src/handshake/head.ts';
import {
  encodeRequestHead,
  encodeResponseHead,
  isHttp11,
  isStatus,
  isTarget,
  isVersion,
} from '../../src/handshake/head.ts';
import { RequestHeadDecoder, ResponseHeadDecoder } from '../../src/handshake/head-decoder.ts';
import { toBytes } from '../vectors/replay-handshake.ts';

const REQUEST: RequestHead = { method: 'GET', target: '/', version: 'HTTP/1.1', fields: [['Host', 'example.com']] };
const RESPONSE: ResponseHead = { status: 101, reason: 'Switching Protocols', fields: [['Upgrade', 'websocket']] };

const usageError = expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' });

/** All that could end a line or a head early, and what one byte a character cannot carry. */
const FORBIDDEN = ['\r\n', '\r', '\n', '\0', '\x01', '\x7f', '\u0100', '\ud83d\ude00'];

const characters = (from: number, to: number): fc.Arbitrary<string> =>
  fc.integer({ min: from, max: to }).map((code) => String.fromCharCode(code));
const token = fc.string({ unit: fc.constantFrom(...'aB9!#_-.^'), minLength: 1, maxLength: 12 });
const target = fc.string({ unit: characters(0x21, 0x7e), minLength: 1, maxLength: 20 });
const version = fc.tuple(fc.nat(9), fc.nat(9)).map(([major, minor]) => `HTTP/${major}.${minor}`);
const text = fc.string({
  unit: fc.oneof(characters(0x20, 0x7e), characters(0x80, 0xff), fc.constant('\t')),
  maxLength: 20,
});
const value = text.map((raw) => raw.replace(/^[ \t]+|[ \t]+$/g, ''));
const fields = fc.array(fc.tuple(fc.oneof(token, fc.constantFrom('__proto__', 'constructor')), value), {
  maxLength: 8,
});

describe('encodeRequestHead', () => {
  it('writes the request line, the fields and a blank line', () => {
    expect(encodeRequestHead(REQUEST)).toEqual(toBytes('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n'));
  });

  it('writes what is decoded to the same head', () => {
    fc.assert(
      fc.property(fc.record({ method: token, target, version, fields }), (head) => {
        const bytes = encodeRequestHead(head);
        expect(new RequestHeadDecoder().push(bytes)).toEqual({ head, consumed: bytes.length });
      }),
    );
  });

  it.each(FORBIDDEN)('refuses %j in every part, so that no header can be injected', (bad) => {
    expect(() => encodeRequestHead({ ...REQUEST, method: `GET${bad}` })).toThrow(usageError);
    expect(() => encodeRequestHead({ ...REQUEST, target: `/${bad}` })).toThrow(usageError);
    expect(() => encodeRequestHead({ ...REQUEST, version: `HTTP/1.1${bad}` })).toThrow(usageError);
    expect(() => encodeRequestHead({ ...REQUEST, fields: [[`X${bad}`, 'x']] })).toThrow(usageError);
    expect(() => encodeRequestHead({ ...REQUEST, fields: [['X', `x${bad}y`]] })).toThrow(usageError);
  });

  it('refuses parts that are empty or hold space', () => {
    expect(() => encodeRequestHead({ ...REQUEST, method: '' })).toThrow(usageError);
    expect(() => encodeRequestHead({ ...REQUEST, target: '' })).toThrow(usageError);
    expect(() => encodeRequestHead({ ...REQUEST, target: '/a b' })).toThrow(usageError);
    expect(() => encodeRequestHead({ ...REQUEST, fields: [['', 'x']] })).toThrow(usageError);
    expect(() => encodeRequestHead({ ...REQUEST, fields: [['X ', 'x']] })).toThrow(usageError);
  });

  it('says which part it refuses', () => {
    expect(() => encodeRequestHead({ ...REQUEST, fields: [['X-Name', 'a\r\nb']] })).toThrow(
      'value of the field X-Name',
    );
  });
});

describe('encodeResponseHead', () => {
  it('writes the status line, the fields and a blank line', () => {
    const bytes = toBytes('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
    expect(encodeResponseHead(RESPONSE)).toEqual(bytes);
  });

  it('writes what is decoded to the same head', () => {
    const status = fc.integer({ min: 100, max: 999 });
    fc.assert(
      fc.property(fc.record({ status, reason: text, version, fields }), (head) => {
        const bytes = encodeResponseHead(head);
        expect(new ResponseHeadDecoder().push(bytes)).toEqual({ head, consumed: bytes.length });
      }),
    );
  });

  it.each(FORBIDDEN)('refuses %j in every part, so that no header can be injected', (bad) => {
    expect(() => encodeResponseHead({ ...RESPONSE, reason: `OK${bad}` })).toThrow(usageError);
    expect(() => encodeResponseHead({ ...RESPONSE, version: `HTTP/1.1${bad}` })).toThrow(usageError);
    expect(() => encodeResponseHead({ ...RESPONSE, fields: [[`X${bad}`, 'x']] })).toThrow(usageError);
    expect(() => encodeResponseHead({ ...RESPONSE, fields: [['X', `x${bad}y`]] })).toThrow(usageError);
  });

  it.each([0, 99, 1000, 101.5, Number.NaN, -101])('refuses the status %d', (status) => {
    expect(() => encodeResponseHead({ ...RESPONSE, status })).toThrow(usageError);
  });
});

describe('the parts of a head', () => {
  it('know a version, whatever its number', () => {
    expect(['HTTP/1.1', 'HTTP/0.9', 'HTTP/9.9'].every(isVersion)).toBe(true);
    expect(['http/1.1', 'HTTP/1', 'HTTP/1.10', 'HTTP/1.1\n', undefined, 1.1].some(isVersion)).toBe(false);
  });

  it('know HTTP/1.1 and its successors in HTTP/1', () => {
    expect(['HTTP/1.1', 'HTTP/1.9'].every(isHttp11)).toBe(true);
    expect(['HTTP/1.0', 'HTTP/0.9', 'HTTP/2.1', 'HTTP/1.11'].some(isHttp11)).toBe(false);
  });

  it('know a target by its characters and a status by its digits', () => {
    expect(isTarget('/a?b#c')).toBe(true);
    expect(['', '/a b', '/\xe9', undefined].some(isTarget)).toBe(false);
    expect(isStatus(101)).toBe(true);
    expect(isStatus('099')).toBe(false);
  });
});
