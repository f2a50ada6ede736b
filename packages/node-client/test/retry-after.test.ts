import { handshakeError, type ResponseHead } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHttpDate, retryAfterOf, withRetryAfter } from '../src/retry-after.ts';

const NOW = Date.UTC(2026, 10, 23, 1, 0, 0);

function response(...fields: [string, string][]): ResponseHead {
  return { status: 503, reason: 'Service Unavailable', fields };
}

describe('retryAfterOf', () => {
  it.each([
    ['0', 0],
    ['5', 5000],
    ['00120', 120_000],
    ['9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ])('takes seconds: %s', (value, expected) => {
    expect(retryAfterOf(response(['Retry-After', value]), NOW)).toBe(expected);
  });

  it.each([
    ['Mon, 23 Nov 2026 01:00:30 GMT', 30_000],
    ['Monday, 23-Nov-26 01:02:00 GMT', 120_000],
    ['Mon Nov 23 01:00:01 2026', 1000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
  ])('takes a date, in each of its forms: %s', (value, expected) => {
    expect(retryAfterOf(response(['retry-after', value]), NOW)).toBe(expected);
  });

  it('goes by the clock of the server, if it tells it', () => {
    const head = response(['Date', 'Tue, 01 Jan 2030 00:00:00 GMT'], ['Retry-After', 'Tue, 01 Jan 2030 00:00:07 GMT']);
    expect(retryAfterOf(head, NOW)).toBe(7000);
    const nonsense = response(['Date', 'noon'], ['Retry-After', 'Mon, 23 Nov 2026 01:00:30 GMT']);
    expect(retryAfterOf(nonsense, NOW)).toBe(30_000);
  });

  it.each(['', '-5', '1.5', '5s', '+5', '0x10', 'soon', '2026-11-23T01:00:00Z'])('takes nothing else: %j', (value) => {
    expect(retryAfterOf(response(['Retry-After', value]), NOW)).toBe(undefined);
  });

  it('is undefined when there is no such field, or more than one', () => {
    expect(retryAfterOf(response(), NOW)).toBe(undefined);
    expect(retryAfterOf(response(['Retry-After', '1'], ['Retry-After', '2']), NOW)).toBe(undefined);
  });

  it('is never negative and never throws', () => {
    const year = fc.integer({ min: 1970, max: 9999 });
    const text = fc.oneof(
      fc.string(),
      year.map((y) => `Mon, 23 Nov ${y} 01:00:30 GMT`),
      fc.nat().map(String),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(retryAfterOf(response(['Retry-After', value]), NOW) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('parseHttpDate', () => {
  it('reads what Date writes', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(Date.UTC(9999, 0)), noInvalidDate: true }), (date) => {
        expect(parseHttpDate(date.toUTCString(), NOW)).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });

  it.each([
    ['Sunday, 06-Nov-94 08:49:37 GMT', 1994],
    ['Sunday, 06-Nov-76 08:49:37 GMT', 2076],
    ['Sunday, 06-Nov-77 08:49:37 GMT', 1977],
    ['Sunday, 06-Nov-00 08:49:37 GMT', 2000],
  ])('finds the century of %s', (text, year) => {
    expect(new Date(parseHttpDate(text, NOW) ?? Number.NaN).getUTCFullYear()).toBe(year);
  });

  it('reads a day of one digit, and a leap second', () => {
    expect(parseHttpDate('Sun Nov  6 08:49:37 1994', NOW)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
    expect(parseHttpDate('Sat, 31 Dec 2016 23:59:60 GMT', NOW)).toBe(Date.UTC(2017, 0, 1));
  });

  it.each([
    'Sun, 31 Feb 2026 01:00:00 GMT',
    'Sun, 00 Jan 2026 01:00:00 GMT',
    'Sun, 01 Foo 2026 01:00:00 GMT',
    'Sun, 01 Jan 2026 24:00:00 GMT',
    'Sun, 01 Jan 2026 01:00:00 CET',
    'Sun, 1 Jan 2026 01:00:00 GMT',
    '01 Jan 2026 01:00:00 GMT',
    '',
  ])('does not take %j for a date', (text) => {
    expect(parseHttpDate(text, NOW)).toBe(undefined);
  });
});

describe('withRetryAfter', () => {
  const head = response(['Retry-After', '5']);

  it.each([429, 503])('adds it to a refusal with %i', (status) => {
    const error = handshakeError('NOT_SWITCHED', undefined, { response: { ...head, status } });
    expect(withRetryAfter(error, NOW)).toBe(error);
    expect(error.retryAfter).toBe(5000);
  });

  it.each([101, 301, 403, 500])('does not add it to a response with %i', (status) => {
    const error = handshakeError('NOT_SWITCHED', undefined, { response: { ...head, status } });
    withRetryAfter(error, NOW);
    expect('retryAfter' in error).toBe(false);
  });

  it('leaves alone what has none', () => {
    const silent = handshakeError('NOT_SWITCHED', undefined, { response: response() });
    withRetryAfter(silent, NOW);
    expect('retryAfter' in silent).toBe(false);
    const headless = handshakeError('HEAD_INVALID');
    expect(withRetryAfter(headless, NOW)).toBe(headless);
    const other = new Error('no');
    expect(withRetryAfter(other, NOW)).toBe(other);
  });
});
