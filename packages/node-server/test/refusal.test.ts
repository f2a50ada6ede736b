import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { refusalIn, refuse } from '../src/refusal.ts';

describe('refuse', () => {
  it('makes a response', () => {
    const refusal = refuse(403, { headers: { 'X-Why': 'because' }, body: 'no' });
    expect(refusal.status).toBe(403);
    expect(refusalIn(refusal)?.rejection).toMatchObject({ status: 403, reason: 'Forbidden', body: 'no' });
    expect(refusalIn(refusal)?.rejection.fields).toContainEqual(['X-Why', 'because']);
    expect(refusalIn(refusal)?.error).toMatchObject({ code: 'REFUSED', status: 403 });
  });

  it('asks to stay away for so long, in whole seconds', () => {
    const { rejection } = refusalIn(refuse(429, { retryAfter: 1_500 })) ?? {};
    expect(rejection?.fields).toContainEqual(['Retry-After', '2']);
    expect(rejection?.status).toBe(429);
    expect(refusalIn(refuse(503))?.rejection.fields.map(([name]) => name)).not.toContain('Retry-After');
    const headers = { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' };
    expect(refusalIn(refuse(503, { headers }))?.rejection.fields).toContainEqual(Object.entries(headers)[0]);
  });

  it('throws at once for a retryAfter that is out of range, or said twice', () => {
    expect(() => refuse(503, { retryAfter: -1 })).toThrow('retryAfter must be 0 to 2147483647 milliseconds, not -1.');
    const twice = { retryAfter: 1, headers: { 'retry-after': '5' } };
    expect(() => refuse(503, twice)).toThrow('Give either retryAfter, or a Retry-After in headers.');
  });

  it.each([300, 599])('takes the status %i', (status) => {
    expect(refuse(status).status).toBe(status);
  });

  it.each([101, 200, 299, 600, 0, -1, 400.5, Number.NaN, '403' as unknown as number])(
    'throws at once for the status %s',
    (status) => {
      expect(() => refuse(status)).toThrow(UsageError);
    },
  );

  it.each([{ 'X-Evil': 'a\r\nb' }, { Connection: 'keep-alive' }, { 'Content-Length': '0' }])(
    'throws at once for the headers %j',
    (headers) => {
      expect(() => refuse(403, { headers })).toThrow(UsageError);
    },
  );
});

describe('a refusal', () => {
  it('is known when another copy of this module has made it', async () => {
    const url = `../src/refusal.ts?copy=${Date.now()}`;
    const copy = (await import(/* @vite-ignore */ url)) as typeof import('../src/refusal.ts');
    expect(copy.refuse).not.toBe(refuse);
    expect(refusalIn(copy.refuse(403))?.error.status).toBe(403);
  });

  it.each([[undefined], [null], [403], ['403'], [{}], [{ status: 403 }]])('is not %j', (value) => {
    expect(refusalIn(value)).toBe(undefined);
  });
});
