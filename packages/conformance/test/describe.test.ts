import { describe, expect, it } from 'vitest';
import {
  describeClose,
  describeCodes,
  describeDifference,
  describeEnd,
  describeIncoming,
  describePayload,
  octets,
} from '../src/describe.ts';

describe('what came, in words', () => {
  it('shows a payload as text where it is short text, else as octets', () => {
    expect(describePayload(Buffer.from('Hello'))).toBe('“Hello” (5 octets)');
    expect(describePayload(Buffer.from([0xff]))).toBe('0xff (1 octet)');
    expect(describePayload(Buffer.alloc(50, 0x61))).toBe(`0x${'61'.repeat(20)}… (50 octets)`);
    expect(describePayload(Buffer.alloc(0))).toBe('no payload');
    expect(octets(2)).toBe('2 octets');
  });

  it('names Close frames, ends and faults', () => {
    expect(describeClose(undefined, '')).toBe('a Close frame without a code');
    expect(describeClose(1000, 'bye')).toBe('a Close frame with 1000 “bye”');
    expect(describeCodes([1000, undefined])).toBe('a Close frame with 1000 or no code');
    expect(describeEnd('reset')).toBe('a TCP connection that was broken off');
    expect(describeIncoming({ kind: 'fault', what: 'a masked frame from a server', rfc: '6455 5.1' })).toBe(
      'a masked frame from a server (RFC 6455 5.1)',
    );
    expect(describeIncoming({ kind: 'ping', payload: Buffer.from('a') })).toBe('a Ping, “a” (1 octet)');
    expect(describeIncoming({ kind: 'close', code: 1001, reason: '' })).toBe('a Close frame with 1001');
  });

  it('says where long payloads differ, and nothing where that is seen anyway', () => {
    const long = Buffer.alloc(100);
    const other = Buffer.from(long);
    other[70] = 1;
    expect(describeDifference(long, other)).toBe(', different from octet 70 on');
    expect(describeDifference(Buffer.from('a'), Buffer.from('b'))).toBe('');
    expect(describeDifference(long, Buffer.alloc(99))).toBe('');
  });
});
