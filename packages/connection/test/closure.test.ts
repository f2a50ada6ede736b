import { ConnectionClosedError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { closedError, closureOf } from '../src/closure.ts';

const status = (code: number, reason = ''): { code: number; reason: string } => ({ code, reason });

describe('closureOf', () => {
  it.each([1000, 1001, 1005])('has no error when both Close frames were exchanged and the peer said %i', (code) => {
    expect(closureOf({ received: status(code), sent: status(1000, 'bye'), receivedFirst: false })).toEqual({
      code,
      reason: '',
      clean: true,
      received: status(code),
      sent: status(1000, 'bye'),
      receivedFirst: false,
    });
  });

  it.each([1002, 1003, 1008, 1009, 1011, 1012, 3000, 4000])('has an error when the peer said %i', (code) => {
    const closure = closureOf({ received: status(code, 'why'), sent: status(code), receivedFirst: true });
    expect(closure).toMatchObject({ code, reason: 'why', clean: true });
    expect(closure.error).toBeInstanceOf(ConnectionClosedError);
    expect(closure.error).toMatchObject({
      code: 'CLOSED',
      received: status(code, 'why'),
      sent: status(code),
      receivedFirst: true,
    });
  });

  it('is 1006 and LOST when no Close came', () => {
    const cause = new Error('ECONNRESET');
    const closure = closureOf({ cause });
    expect(closure).toMatchObject({ code: 1006, reason: '', clean: false });
    expect(closure.error).toMatchObject({ code: 'LOST', cause });
    expect(Object.keys(closure)).toEqual(['code', 'reason', 'clean', 'error']);
  });

  it('is LOST when ours was sent and none came', () => {
    const closure = closureOf({ sent: status(1000), receivedFirst: false });
    expect(closure).toMatchObject({ code: 1006, clean: false, sent: status(1000) });
    expect(closure.error).toMatchObject({ code: 'LOST', sent: status(1000) });
    expect('receivedFirst' in closure).toBe(false);
    expect(closure.error?.receivedFirst).toBe(undefined);
  });

  it('is LOST, with what the peer said, when its Close came and ours could not be sent', () => {
    const closure = closureOf({ received: status(1000) });
    expect(closure).toMatchObject({ code: 1000, clean: false, error: { code: 'LOST' } });
  });

  it('keeps a failure known otherwise, even when the Close frames look well', () => {
    const cause = new Error('in a listener');
    const closure = closureOf({ received: status(1000), sent: status(1011), ending: 'LISTENER_FAILED', cause });
    expect(closure).toMatchObject({ code: 1000, clean: true, error: { code: 'LISTENER_FAILED', cause } });
  });

  it('takes the word of a browser, which does not show the Close it sent', () => {
    expect(closureOf({ received: status(1005), clean: true })).toEqual({
      code: 1005,
      reason: '',
      clean: true,
      received: status(1005),
    });
    expect(closureOf({ received: status(1001), clean: false })).toMatchObject({
      clean: false,
      error: { code: 'LOST' },
    });
  });
});

describe('closedError', () => {
  it('tells of a connection that is still closing', () => {
    expect(closedError({ sent: status(1000), ending: 'CLOSED' })).toMatchObject({ code: 'CLOSED', sent: status(1000) });
  });

  it('tells of a connection that closed cleanly', () => {
    expect(closedError({ sent: status(1000), received: status(1000), receivedFirst: true })).toMatchObject({
      code: 'CLOSED',
      receivedFirst: true,
    });
  });

  it('tells of a connection that was lost', () => {
    expect(closedError({})).toMatchObject({ code: 'LOST' });
  });
});
