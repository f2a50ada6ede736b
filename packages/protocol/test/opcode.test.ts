import { describe, expect, it } from 'vitest';
import { BINARY, CLOSE, CONTINUATION, isControl, isDefined, PING, PONG, TEXT } from '../src/opcode.ts';

const ALL = Array.from({ length: 16 }, (_, opcode) => opcode);

describe('opcodes', () => {
  it('have the numbers of RFC 6455, section 5.2', () => {
    expect([CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG]).toEqual([0x0, 0x1, 0x2, 0x8, 0x9, 0xa]);
  });

  it('are control opcodes from 8 on', () => {
    expect(ALL.filter(isControl)).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  });

  it('are reserved from 3 to 7 and from 11 to 15', () => {
    expect(ALL.filter((opcode) => !isDefined(opcode))).toEqual([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]);
  });
});
