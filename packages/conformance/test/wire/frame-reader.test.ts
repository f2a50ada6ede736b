import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binary,
  close,
  closePayload,
  continuation,
  encodeFrame,
  type Frame,
  frame,
  ping,
  pong,
  text,
} from '../../src/wire/frame.ts';
import { FrameReader, type FrameReaderOptions, type Incoming } from '../../src/wire/frame-reader.ts';

const SERVER: FrameReaderOptions = { masked: false, inflate: undefined };
const CLIENT: FrameReaderOptions = { masked: true, inflate: undefined };

function read(bytes: Buffer, options = SERVER, size = Math.max(1, bytes.length)): Incoming[] {
  const came: Incoming[] = [];
  const reader = new FrameReader(options, (incoming) => came.push(incoming));
  for (let start = 0; start < bytes.length; start += size) reader.push(bytes.subarray(start, start + size));
  return came;
}

const encode = (masked: boolean, ...frames: readonly Frame[]) =>
  Buffer.concat(frames.map((one) => encodeFrame(one, masked)));

/** Everything that is allowed, in one stream. */
const FRAMES: readonly Frame[] = [
  text('Hello'),
  binary(Buffer.alloc(300, 7)),
  text('κό', { fin: false }),
  ping('between'),
  continuation('', { fin: false }),
  continuation('σμε'),
  binary(Buffer.alloc(70_000, 8)),
  pong(),
  close(4999, 'bye'),
];

function summary(came: readonly Incoming[]): string[] {
  return came.map((one) => {
    if (one.kind === 'fault') return `${one.what} (${one.rfc})`;
    if (one.kind === 'close') return `close ${one.code} ${one.reason}`;
    const size = one.payload.length > 20 ? one.payload.length : one.payload.toString();
    return one.kind === 'message'
      ? `${one.binary ? 'binary' : 'text'} ${size} in ${one.frames.length}`
      : `${one.kind} ${size}`;
  });
}

const EVERYTHING = [
  'text Hello in 1',
  'binary 300 in 1',
  'ping between',
  'text κόσμε in 3',
  'binary 70000 in 1',
  'pong ',
  'close 4999 bye',
];

/** One per rule. */
const FAULTS: readonly (readonly [what: string, bytes: Buffer, options?: FrameReaderOptions])[] = [
  ['a masked frame from a server (6455 5.1)', encode(true, text('a'))],
  ['an unmasked frame from a client (6455 5.1)', encode(false, text('a')), CLIENT],
  ['a frame with the reserved opcode 3 (6455 5.2)', encode(false, frame(3))],
  ['a frame with the reserved opcode 15 (6455 5.2)', encode(false, frame(15))],
  ['a frame of opcode 2 with the reserved bits RSV1 (6455 5.2)', encode(false, binary('', { rsv: 4 }))],
  ['a frame of opcode 9 with the reserved bits RSV2, RSV3 (6455 5.2)', encode(false, ping('', { rsv: 3 }))],
  [
    'the length 125 in more octets than it needs (6455 5.2)',
    encode(false, text('', { claimedLength: 125, lengthBits: 16 })),
  ],
  [
    'the length 65535 in more octets than it needs (6455 5.2)',
    encode(false, text('', { claimedLength: 65_535, lengthBits: 64 })),
  ],
  [
    'a 64-bit length whose most significant bit is set (6455 5.2)',
    encode(false, text('', { claimedLength: 1n << 63n })),
  ],
  ['a frame of 9007199254740992 octets (6455 5.2)', encode(false, text('', { claimedLength: 1n << 53n }))],
  ['a fragmented control frame (6455 5.5)', encode(false, ping('', { fin: false }))],
  ['a control frame of 126 octets (6455 5.5)', encode(false, pong(Buffer.alloc(126)))],
  ['a continuation frame with no message to continue (6455 5.4)', encode(false, continuation())],
  ['a new message before the last one was finished (6455 5.4)', encode(false, text('', { fin: false }), text())],
  ['a text message that is not valid UTF-8 (6455 8.1)', encode(false, text(Buffer.from([0xff])))],
  ['a Close frame of 1 octet (6455 5.5.1)', encode(false, frame(8, 'a'))],
  ['a Close frame with the code 1006, which is never sent (6455 7.4)', encode(false, close(1006))],
  [
    'a Close frame whose reason is not valid UTF-8 (6455 5.5.1)',
    encode(false, frame(8, closePayload(1000, Buffer.from([0xff])))),
  ],
];

describe('FrameReader', () => {
  it('reads all that is allowed, of a server and of a client', () => {
    expect(summary(read(encode(false, ...FRAMES)))).toEqual(EVERYTHING);
    expect(summary(read(encode(true, ...FRAMES), CLIENT))).toEqual(EVERYTHING);
  });

  it('reads the same however the octets are cut', () => {
    const bytes = encode(true, ...FRAMES);
    expect(summary(read(bytes, CLIENT, 1))).toEqual(EVERYTHING);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: bytes.length }), (size) => {
        expect(summary(read(bytes, CLIENT, size))).toEqual(EVERYTHING);
      }),
      { numRuns: 20 },
    );
  });

  it.each(FAULTS.map(([what, bytes, options = SERVER]) => ({ what, bytes, options })))(
    'reports $what',
    ({ what, bytes, options }) => {
      expect(summary(read(bytes, options))).toEqual([what]);
      expect(summary(read(bytes, options, 1))).toEqual([what]);
    },
  );

  it('reports octets after a Close frame, and reads nothing after a fault', () => {
    const bytes = encode(false, close(1000), text('a'), text('b'));
    expect(summary(read(bytes))).toEqual(['close 1000 ', '6 octets after its Close frame (6455 5.5.1)']);
  });

  it('inflates what is marked by RSV1 where that was agreed on, and reports what cannot be inflated', () => {
    const options: FrameReaderOptions = {
      masked: false,
      inflate(payload) {
        if (payload.length === 0) throw new Error('nothing there');
        return Buffer.concat([payload, payload]);
      },
    };
    const bytes = encode(false, text('ab', { rsv: 4, fin: false }), continuation('c'), text('d'), text('', { rsv: 4 }));
    expect(summary(read(bytes, options))).toEqual([
      'text abcabc in 2',
      'text d in 1',
      'a compressed message that cannot be inflated (nothing there) (7692 7.2.2)',
    ]);
    expect(summary(read(encode(false, ping('', { rsv: 4 })), options))).toEqual([
      'a frame of opcode 9 with the reserved bits RSV1 (6455 5.2)',
    ]);
  });

  it('says what the end of a stream cuts off', () => {
    const unfinished = (bytes: Buffer) => {
      const reader = new FrameReader(SERVER, () => {});
      reader.push(bytes);
      return reader.unfinished();
    };
    expect(unfinished(encode(false, text('a')))).toBeUndefined();
    expect(unfinished(encode(false, text('a')).subarray(0, 2))).toBe('a frame of which only 2 octets came');
    expect(unfinished(encode(false, text('a', { fin: false })))).toBe('a message without its last frame');
    expect(unfinished(encode(false, frame(3)))).toBeUndefined();
  });

  it('keeps the shape of every frame of a message', () => {
    const [message] = read(encode(false, text('ab', { fin: false }), continuation('c')));
    expect(message).toMatchObject({
      frames: [
        { opcode: 1, fin: false, rsv: 0, length: 2 },
        { opcode: 0, fin: true, rsv: 0, length: 1 },
      ],
    });
  });
});
