import { HandshakeError, handshakeError } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closureOf } from '../src/closure.ts';
import { retryHint } from '../src/retry-hint.ts';
import type { Setback } from '../src/retry-policy.ts';

function closedWith(code: number, reason: string): Setback {
  const received = { code, reason };
  return { closure: closureOf({ received, sent: received }) };
}

function refusedWith(retryAfter: unknown): Setback {
  return { error: Object.assign(handshakeError('NOT_SWITCHED', undefined, { status: 503 }), { retryAfter }) };
}

describe('retryHint', () => {
  it.each([1001, 1012, 1013])('is in the reason of a Close with %i', (code) => {
    expect(retryHint(closedWith(code, 'retry-after=5'))).toBe(5000);
  });

  it.each([1000, 1005, 1006, 1008, 1009, 1011, 4001])('is not taken from a Close with %i', (code) => {
    expect(retryHint(closedWith(code, 'retry-after=5'))).toBe(undefined);
  });

  it.each([
    ['retry-after=0', 0],
    ['retry-after=120 Restarting.', 120_000],
    ['retry-after=7; maintenance', 7000],
    ['retry-after=999999999', 999_999_999_000],
  ])('may have words behind it: %s', (reason, hint) => {
    expect(retryHint(closedWith(1012, reason))).toBe(hint);
  });

  it.each([
    '',
    'retry-after=',
    'retry-after=-1',
    'retry-after=1.5',
    'retry-after=5s',
    'retry-after=1e3',
    'retry-after= 5',
    'retry-after=1234567890',
    'Restarting, retry-after=5',
    'retry-after: 5',
    'retry-after=٥',
  ])('is not there in %j', (reason) => {
    expect(retryHint(closedWith(1012, reason))).toBe(undefined);
  });

  it('is not there when the connection was lost', () => {
    expect(retryHint({ closure: closureOf({}) })).toBe(undefined);
  });

  it('is what a HandshakeError says', () => {
    expect(retryHint(refusedWith(2500))).toBe(2500);
    const refusal = { status: 503, section: 'RFC 9110 15.6.4', message: 'Later.' };
    expect(retryHint({ error: new HandshakeError('UNAVAILABLE', refusal, '', { retryAfter: 9000 }) })).toBe(9000);
  });

  it.each([undefined, null, '5', -1, Number.NaN, 5n])('is not there when a HandshakeError says %s', (retryAfter) => {
    expect(retryHint(refusedWith(retryAfter))).toBe(undefined);
  });

  it.each([undefined, null, 'text', new Error('of open'), { retryAfter: 5 }])('is not taken from %s', (error) => {
    expect(retryHint({ error })).toBe(undefined);
  });

  it('is never anything but a number of milliseconds that a peer can have meant, and is found in linear time', () => {
    const reason = fc.oneof(
      fc.string({ maxLength: 123 }),
      fc.nat().map((n) => `retry-after=${n}`),
    );
    fc.assert(
      fc.property(reason, (text) => {
        const hint = retryHint(closedWith(1013, text));
        if (hint !== undefined) expect(text.startsWith('retry-after=') && hint % 1000 === 0 && hint >= 0).toBe(true);
      }),
    );
  });
});
