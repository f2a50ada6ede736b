import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, frames } from '../src/frames.ts';
import { BINARY, CONTINUATION, PING, TEXT } from '../src/opcode.ts';
import { fromHex, toHex } from './vectors/wire.ts';

const hello: Frame = { opcode: TEXT, fin: true, rsv1: false, payload: fromHex('48656c6c6f') };

describe('encodeFrame', () => {
  it('encodes a frame as a server sends it, and with a key as a client does', () => {
    expect(toHex(encodeFrame(hello))).toBe('810548656c6c6f');
    expect(toHex(encodeFrame(hello, 0x37fa213d))).toBe('818537fa213d7f9f4d5158');
    expect(toHex(encodeFrame(hello, 0))).toBe('81850000000048656c6c6f');
  });

  it('leaves the payload as it is', () => {
    const large = new Uint8Array(300_000).fill(5);
    encodeFrame({ ...hello, payload: large }, 0xffffffff);
    expect(large.every((byte) => byte === 5)).toBe(true);
  });

  it('checks nothing: what is broken on purpose stays broken', () => {
    const broken = { opcode: PING, fin: false, rsv1: true, payload: new Uint8Array(126) } as const;
    expect(toHex(encodeFrame(broken)).slice(0, 8)).toBe('497e007e');
  });
});

describe('frames', () => {
  it('yields what was encoded, for any frames, any keys and any chunks', () => {
    const frame = fc.record({
      opcode: fc.constantFrom<Frame['opcode'][]>(TEXT, BINARY, CONTINUATION),
      fin: fc.boolean(),
      rsv1: fc.constant(false),
      payload: fc.uint8Array({ maxLength: 300 }),
    });
    const input = fc.tuple(
      fc.array(frame, { maxLength: 8 }),
      fc.boolean(),
      fc.integer(),
      fc.integer({ min: 1, max: 400 }),
    );
    fc.assert(
      fc.property(input, ([sent, masked, key, size]) => {
        const bytes = Buffer.concat(sent.map((one) => encodeFrame(one, masked ? key : undefined)));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        expect([...frames(chunks, masked ? 'server' : 'client')]).toEqual(sent);
      }),
    );
  });

  it('leaves the chunks as they are, Buffers too', () => {
    const chunk = Buffer.from('818537fa213d7f9f4d5158', 'hex');
    expect([...frames([chunk], 'server')]).toEqual([hello]);
    expect(chunk.toString('hex')).toBe('818537fa213d7f9f4d5158');
  });

  it('yields payloads that stay as they are', () => {
    const [first, second] = [...frames([fromHex('8201618201 62')], 'client')];
    expect([first?.payload, second?.payload]).toEqual([fromHex('61'), fromHex('62')]);
  });

  it('does not yield a frame that the end cuts', () => {
    expect([...frames([fromHex('810161 8102 62')], 'client')]).toEqual([{ ...hello, payload: fromHex('61') }]);
    expect([...frames([], 'client')]).toEqual([]);
  });

  it('yields the frames before a violation, then throws it', () => {
    const iterator = frames([fromHex('810161 83')], 'client');
    expect(iterator.next().value).toEqual({ ...hello, payload: fromHex('61') });
    expect(iterator.next()).toEqual({ done: true, value: undefined });
    const broken = frames([fromHex('810161 8300'), fromHex('810162')], 'client');
    expect(broken.next().value).toEqual({ ...hello, payload: fromHex('61') });
    expect(() => broken.next()).toThrow(expect.objectContaining({ code: 'RESERVED_OPCODE', closeCode: 1002 }));
  });

  it('takes RSV1 only where it is allowed', () => {
    const compressed = fromHex('c10161');
    expect([...frames([compressed], 'client', true)]).toEqual([{ ...hello, rsv1: true, payload: fromHex('61') }]);
    expect(() => [...frames([compressed], 'client')]).toThrow(expect.objectContaining({ code: 'RESERVED_BITS' }));
  });
});
