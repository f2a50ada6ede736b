import { encodeFrame, frames } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { BINARY, frame, readFrames, TEXT } from '../../src/codec/wire.ts';

const PAYLOADS = [0, 1, 125, 126, 65_535, 65_536].map((length) => Buffer.alloc(length, length & 0xff));

describe('the judge of the codec benchmark', () => {
  it('writes masked frames that the protocol reads', () => {
    const bytes = PAYLOADS.map((payload) => frame(BINARY, payload, true));
    const read = [...frames(bytes, 'server')].map(({ payload }) => Buffer.from(payload));
    expect(read).toEqual(PAYLOADS);
  });

  it('reads the frames that the protocol writes, masked or not', () => {
    const bytes = PAYLOADS.flatMap((payload) => [
      encodeFrame({ opcode: TEXT, fin: true, rsv1: false, payload }, 0x12345678),
      encodeFrame({ opcode: BINARY, fin: true, rsv1: false, payload }),
    ]);
    const expected = PAYLOADS.flatMap((payload) => [
      { opcode: TEXT, masked: true, key: 0x12345678, payload },
      { opcode: BINARY, masked: false, key: 0, payload },
    ]);
    expect(readFrames(Buffer.concat(bytes))).toEqual(expected);
  });

  it('refuses what is not whole frames', () => {
    const whole = frame(BINARY, Buffer.from('abc'), true);
    expect(() => readFrames(whole.subarray(0, -1))).toThrow('cut');
    expect(() => readFrames(Buffer.concat([whole, Buffer.from([0x42, 0])]))).toThrow('0x42');
  });
});
