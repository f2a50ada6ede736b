import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateNow } from '../../src/deflate/inflate-now.ts';
import { DEFLATED, finalBlock, fromHex, INVALID } from './support/payloads.ts';

const MANY = 1024 * 1024;

describe('inflateNow', () => {
  it.each(DEFLATED)('restores $name', ({ payload, dictionary, message }) => {
    expect(inflateNow(payload, MANY, dictionary)).toEqual(message);
  });

  it.each(INVALID)('refuses $name', ({ payload }) => {
    expect(inflateNow(payload, MANY, undefined)).toBe('DEFLATE_INVALID');
  });

  it.each(DEFLATED.filter(({ message }) => message.length > 1))(
    'gives up $name where it is too big by one byte',
    ({ payload, dictionary, message }) => {
      expect(inflateNow(payload, message.length, dictionary)).toEqual(message);
      expect(inflateNow(payload, message.length - 1, dictionary)).toBe('MESSAGE_TOO_BIG');
    },
  );

  it('lets a stream after a final block refer back to what is before it', () => {
    const first = Buffer.from('The same words again. '.repeat(20));
    const second = deflateRawSync(first, { finishFlush: constants.Z_SYNC_FLUSH, dictionary: first }).subarray(0, -4);
    expect(second.length).toBeLessThan(20);
    const payload = Buffer.concat([deflateRawSync(first), second]);
    expect(inflateNow(payload, MANY, undefined)).toEqual(new Uint8Array(Buffer.concat([first, first])));
  });

  it('lets it refer back to the messages before, too', () => {
    const before = Buffer.from('Said in an earlier message. '.repeat(5));
    const middle = Buffer.from('x');
    const dictionary = Buffer.concat([before, middle]);
    const second = deflateRawSync(before, { finishFlush: constants.Z_SYNC_FLUSH, dictionary }).subarray(0, -4);
    const payload = Buffer.concat([deflateRawSync(middle), second]);
    expect(inflateNow(payload, MANY, before)).toEqual(new Uint8Array(Buffer.concat([middle, before])));
  });

  it('counts all streams of a message together, and stops at the byte too many', () => {
    const payload = Buffer.concat([finalBlock('ab'), finalBlock('cd'), fromHex('00')]);
    expect(inflateNow(payload, 4, undefined)).toEqual(new Uint8Array(Buffer.from('abcd')));
    expect(inflateNow(payload, 3, undefined)).toBe('MESSAGE_TOO_BIG');
    expect(inflateNow(payload, 2, undefined)).toBe('MESSAGE_TOO_BIG');
    expect(inflateNow(payload, 1, undefined)).toBe('MESSAGE_TOO_BIG');
  });

  it('refuses a message of more final blocks than its bytes are worth', () => {
    const block = fromHex('0300');
    const of = (count: number): Uint8Array =>
      Buffer.concat([...Array.from({ length: count }, () => block), fromHex('00')]);
    expect(inflateNow(of(63), MANY, undefined)).toEqual(new Uint8Array(0));
    expect(inflateNow(of(64), MANY, undefined)).toBe('DEFLATE_INVALID');
  });

  it('keeps no large buffer alive for a small message', () => {
    const message = inflateNow(
      deflateRawSync(Buffer.from('Hello'), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4),
      MANY,
      undefined,
    );
    expect((message as Uint8Array).buffer.byteLength).toBe(5);
  });
});
