import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { acceptKey, encodeKey, isKey } from '../../src/handshake/accept-key.ts';
import { ACCEPT_KEY_VECTORS } from '../vectors/sha1-vectors.ts';

const nonce = fc.uint8Array({ minLength: 16, maxLength: 16 });

function reference(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

describe('acceptKey', () => {
  it.each(ACCEPT_KEY_VECTORS)('answers %s with %s', (key, accept) => {
    expect(acceptKey(key)).toBe(accept);
  });

  it('agrees with another implementation on any key, one after the other', () => {
    fc.assert(
      fc.property(nonce, (bytes) => {
        const key = encodeKey(bytes);
        expect(acceptKey(key)).toBe(reference(key));
      }),
    );
  });

  it('refuses what is no key', () => {
    expect(() => acceptKey('dGhlIHNhbXBsZSBub25jZR==')).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }),
    );
  });
});

describe('encodeKey', () => {
  it('makes a valid key of any 16 bytes, which decodes to them', () => {
    fc.assert(
      fc.property(nonce, (bytes) => {
        const key = encodeKey(bytes);
        expect(isKey(key)).toBe(true);
        expect(new Uint8Array(Buffer.from(key, 'base64'))).toEqual(bytes);
      }),
    );
  });

  it.each([0, 15, 17])('refuses a nonce of %i bytes', (length) => {
    expect(() => encodeKey(new Uint8Array(length))).toThrow(UsageError);
    expect(() => encodeKey(new Uint8Array(length))).toThrow(
      expect.objectContaining({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining(`this nonce has ${length}`),
      }),
    );
  });
});

describe('isKey', () => {
  it('takes all four last characters that end canonical base64 of 16 bytes, and no other', () => {
    const last = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'];
    expect(last.filter((character) => isKey(`AAAAAAAAAAAAAAAAAAAAA${character}==`))).toEqual(['A', 'Q', 'g', 'w']);
  });

  it.each([
    undefined,
    16,
    '',
    ' dGhlIHNhbXBsZSBub25jZQ==',
    'dGhlIHNhbXBsZSBub25jZQ==\n',
    'dGhlIHNhbXBsZSBub25jZQ=',
    'dGhlIHNhbXBsZSBub25j',
    'dGhlIHNhbXBsZSBub25jZQ===',
  ])('refuses %j', (value) => {
    expect(isKey(value)).toBe(false);
  });
});
