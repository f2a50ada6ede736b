import { type HandshakeError, handshakeError, UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { closureOf } from '../src/closure.ts';
import { errorOf, isWorthRetrying } from '../src/retry-policy.ts';

const refusal = (status: number): HandshakeError => handshakeError('NOT_SWITCHED', undefined, { status });

describe('isWorthRetrying', () => {
  it('says no when the peer closed with 1000', () => {
    const status = { code: 1000, reason: '' };
    expect(isWorthRetrying({ closure: closureOf({ received: status, sent: status }) })).toBe(false);
  });

  it('says yes when a Close with 1000 came but the closing handshake was cut short', () => {
    expect(isWorthRetrying({ closure: closureOf({ received: { code: 1000, reason: '' } }) })).toBe(true);
  });

  it.each([1001, 1005, 1011, 1012, 1013, 4000])('says yes when the peer closed with %i', (code) => {
    const status = { code, reason: '' };
    expect(isWorthRetrying({ closure: closureOf({ received: status, sent: status }) })).toBe(true);
  });

  it('says yes when the connection was lost', () => {
    expect(isWorthRetrying({ closure: closureOf({}) })).toBe(true);
  });

  it.each([400, 401, 403, 404, 426, 499])('says no when the server refused with %i', (status) => {
    expect(isWorthRetrying({ error: refusal(status) })).toBe(false);
  });

  it.each([101, 200, 302, 408, 429, 500, 502, 503])('says yes when the server answered with %i', (status) => {
    expect(isWorthRetrying({ error: refusal(status) })).toBe(true);
  });

  it('says yes when there was no answer', () => {
    expect(isWorthRetrying({ error: handshakeError('NOT_CONNECTED') })).toBe(true);
    expect(isWorthRetrying({ error: handshakeError('HANDSHAKE_TIMEOUT') })).toBe(true);
  });

  it('says no when the options are wrong', () => {
    expect(isWorthRetrying({ error: new UsageError('INVALID_URL', 'no') })).toBe(false);
  });

  it.each([[new Error('of open')], ['text'], [undefined], [null], [{ name: 'HandshakeError' }]])(
    'says yes to %s, which it does not know',
    (error) => {
      expect(isWorthRetrying({ error })).toBe(true);
    },
  );
});

describe('errorOf', () => {
  it('is the error of the opening or of the closure', () => {
    const error = new Error('of open');
    const closure = closureOf({});
    expect(errorOf({ error })).toBe(error);
    expect(errorOf({ closure })).toBe(closure.error);
  });
});
