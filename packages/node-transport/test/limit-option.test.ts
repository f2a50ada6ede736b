import {
  handshakeError,
  ProtocolError,
  REFUSALS,
  type RefusalCode,
  VIOLATIONS,
  type ViolationCode,
} from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { LimitError } from '../src/limit-error.ts';
import { LIMIT_OPTIONS, limitOptionOf } from '../src/limit-option.ts';

describe('limitOptionOf', () => {
  it('knows the violations that are about a limit, which are those with close code 1008 and 1009', () => {
    const known = (Object.keys(VIOLATIONS) as ViolationCode[]).filter(
      (code) => limitOptionOf(new ProtocolError(code)) !== undefined,
    );
    const expected = (Object.keys(VIOLATIONS) as ViolationCode[]).filter((code) => VIOLATIONS[code].closeCode >= 1008);
    expect(known).toEqual(expected);
  });

  it.each([
    ['MESSAGE_TOO_BIG', undefined, 'maxMessageSize'],
    ['MESSAGE_TOO_BIG', 'It has at least 9 bytes, maxMessageSize is 8.', 'maxMessageSize'],
    ['MESSAGE_TOO_BIG', 'It has at least 9 bytes, maxStreamedMessageSize is 8.', 'maxStreamedMessageSize'],
    ['FRAME_TOO_BIG', 'It has 9 bytes, the limit is 8.', 'maxFrameSize'],
    ['TOO_MANY_FRAGMENTS', 'The limit is 3.', 'maxFragments'],
    ['TOO_MANY_CONTROL_FRAMES', 'The limit is 100 in 10000 ms.', 'maxControlFrames'],
  ] as const)('%s, %s: %s', (code, detail, option) => {
    expect(limitOptionOf(new ProtocolError(code, detail))).toBe(option);
  });

  it.each(Object.keys(REFUSALS) as RefusalCode[])('takes no name from what a peer can say: %s', (code) => {
    const isLimit = ['HEAD_TOO_LARGE', 'HANDSHAKE_TIMEOUT', 'UNAVAILABLE'].includes(code);
    expect(limitOptionOf(handshakeError(code, 'maxFields is 3.')) === 'maxFields').toBe(isLimit);
  });

  it('tells a server that is full from one that closes', () => {
    const reached = new LimitError('maxConnectionsPerAddress', 5, 'There are as many as there may be.');
    expect(limitOptionOf(handshakeError('UNAVAILABLE', reached.message, { cause: reached }))).toBe(
      'maxConnectionsPerAddress',
    );
    expect(limitOptionOf(handshakeError('UNAVAILABLE', 'It closes.'))).toBe(undefined);
  });

  it('knows a timeout and a head that is too large', () => {
    expect(limitOptionOf(handshakeError('HANDSHAKE_TIMEOUT'))).toBe('handshakeTimeout');
    expect(limitOptionOf(handshakeError('HEAD_TOO_LARGE'))).toBe('maxHeadBytes');
  });

  it.each(LIMIT_OPTIONS)('reads %s from the error of its limit', (option) => {
    expect(limitOptionOf(new LimitError(option, 1, 'It was reached.'))).toBe(option);
  });
});
