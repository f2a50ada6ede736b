import { describe, expect, it } from 'vitest';
import { BufferSink } from '../src/buffer-sink.ts';
import { UsageError } from '../src/errors.ts';
import { type ByteSink, encodeMessage, FrameEncoder } from '../src/frame-encoder.ts';
import { BINARY, CONTINUATION, PING, TEXT } from '../src/opcode.ts';
import { portableText } from '../src/utf8.ts';
import { sentFrames } from './vectors/frames-sent.ts';
import { fromHex, toHex } from './vectors/wire.ts';

/** Keeps what is handed over as it was handed over, and garbage where the encoder has not written. */
class RecordingSink implements ByteSink {
  offset = 0;
  readonly pairs: (readonly [Uint8Array, Uint8Array])[] = [];
  #buffer = new Uint8Array(64).fill(0xee);

  reserve(size: number): Uint8Array {
    const grown = new Uint8Array(this.offset + size).fill(0xee);
    grown.set(this.#buffer.subarray(0, this.offset));
    this.#buffer = grown;
    return grown;
  }

  writePair(head: Uint8Array, payload: Uint8Array): void {
    this.pairs.push([head, payload]);
  }

  end(): void {}

  get written(): string {
    return toHex(this.#buffer.subarray(0, this.offset));
  }
}

function send(encoder: FrameEncoder, message: { text: string } | { binary: string }): void {
  if ('text' in message) encoder.text(message.text);
  else encoder.binary(fromHex(message.binary));
}

describe('FrameEncoder', () => {
  it.each(sentFrames)('sends $name', ({ message, unmasked, masked, maskingKey }) => {
    const server = new BufferSink();
    send(new FrameEncoder(server), message);
    expect(toHex(server.take())).toBe(toHex(fromHex(unmasked)));
    const client = new BufferSink();
    send(new FrameEncoder(client, { maskingKey: () => maskingKey }), message);
    expect(toHex(client.take())).toBe(toHex(fromHex(masked)));
  });

  it('writes one frame behind another into the same sink', () => {
    const sink = new BufferSink();
    const encoder = new FrameEncoder(sink);
    encoder.text('a');
    encoder.frame(PING, true, false, fromHex('62'));
    encoder.binary(fromHex('63'));
    encoder.text('é'.repeat(63));
    encoder.text('d');
    expect(toHex(sink.take())).toBe(`810161890162820163817e007e${'c3a9'.repeat(63)}810164`);
  });

  it('writes every opcode and flag it is told, so that fragments and extensions are possible', () => {
    const sink = new BufferSink();
    const encoder = new FrameEncoder(sink);
    encoder.frame(TEXT, false, true, fromHex('61'));
    encoder.frame(CONTINUATION, false, false, new Uint8Array(0));
    encoder.frame(CONTINUATION, true, false, fromHex('62'));
    expect(toHex(sink.take())).toBe('4101610000800162');
  });

  it('asks for a new masking key for each frame, and writes any 32-bit number, signed or not', () => {
    const keys = [0x01020304, -1, 0x80000000, 0];
    const sink = new BufferSink();
    const encoder = new FrameEncoder(sink, { maskingKey: () => keys.shift() ?? expect.fail('one key too many') });
    encoder.text('ab');
    encoder.binary(fromHex('6162'));
    encoder.frame(PING, true, false, fromHex('6162'));
    encoder.text('');
    const expected = ['8182010203046060', '8282ffffffff9e9d', '898280000000e162', '818000000000'];
    expect(toHex(sink.take())).toBe(expected.join(''));
    expect(keys).toEqual([]);
  });

  it('hands over a payload above 256 KiB beside its header, uncopied on a server', () => {
    const payload = new Uint8Array(262_145);
    const sink = new RecordingSink();
    new FrameEncoder(sink).binary(payload);
    expect(sink.offset).toBe(0);
    expect(sink.pairs.map(([head]) => toHex(head))).toEqual(['827f0000000000040001']);
    expect(sink.pairs[0]?.[1]).toBe(payload);
  });

  it('copies up to 256 KiB, so that the caller may change it at once', () => {
    const payload = new Uint8Array(262_144);
    const sink = new RecordingSink();
    new FrameEncoder(sink).binary(payload);
    expect(sink.pairs).toEqual([]);
    expect(sink.offset).toBe(262_144 + 10);
  });

  it('masks a copy of such a payload on a client: the caller keeps its bytes', () => {
    const payload = new Uint8Array(262_145).fill(1);
    const sink = new RecordingSink();
    new FrameEncoder(sink, { maskingKey: () => 0xffffffff }).binary(payload);
    expect(sink.pairs.map(([head]) => toHex(head))).toEqual(['82ff0000000000040001ffffffff']);
    expect(sink.pairs[0]?.[1].every((byte) => byte === 0xfe)).toBe(true);
    expect(payload.every((byte) => byte === 1)).toBe(true);
  });

  it('does not change or keep a small payload either', () => {
    const payload = fromHex('010203');
    const sink = new BufferSink();
    new FrameEncoder(sink, { maskingKey: () => 0xffffffff }).binary(payload);
    expect(toHex(payload)).toBe('010203');
    payload.fill(9);
    expect(toHex(sink.take())).toBe('8283fffffffffefdfc');
  });

  it('writes lengths above 2^32 in full', () => {
    // Memory of that size is not needed to see the header: only the length is read before it is handed over.
    const payload = { length: 0x1_2345_6789 } as unknown as Uint8Array;
    const sink = new RecordingSink();
    new FrameEncoder(sink).frame(BINARY, true, false, payload);
    expect(toHex(sink.pairs[0]?.[0] ?? new Uint8Array(0))).toBe('827f0000000123456789');
  });

  it('never writes outside of what it reserved, and moves the offset by what it wrote', () => {
    for (const text of [
      '',
      'a',
      '世'.repeat(41),
      '世'.repeat(42),
      'a'.repeat(125),
      'é'.repeat(125),
      '世'.repeat(5000),
    ]) {
      for (const options of [{}, { maskingKey: () => 0 }]) {
        const sink = new RecordingSink();
        new FrameEncoder(sink, options).text(text);
        expect(sink.written.endsWith(toHex(new TextEncoder().encode(text)))).toBe(true);
      }
    }
  });

  it('uses the backends it is given', () => {
    const calls: string[] = [];
    const sink = new BufferSink();
    const encoder = new FrameEncoder(sink, {
      maskingKey: () => 7,
      mask: (_bytes, start, end, key, phase) => calls.push(`mask ${end - start} ${key} ${phase}`),
      text: { ...portableText, encode: () => fromHex('616263') },
    });
    encoder.text('a'.repeat(20_000));
    encoder.text('ab');
    expect(calls).toEqual(['mask 3 7 0', 'mask 2 7 0']);
  });

  it('leaves copying and masking in one to a mask that can, but for a few bytes', () => {
    const calls: string[] = [];
    const mask = Object.assign(() => expect.fail('the payload was copied first'), {
      copy: (source: Uint8Array, target: Uint8Array, offset: number, key: number) => {
        calls.push(`copy ${source.length} to ${offset} with ${key}`);
        target.fill(0xcc, offset, offset + source.length);
      },
    });
    const options = { maskingKey: () => 7, mask };
    const sink = new RecordingSink();
    const encoder = new FrameEncoder(sink, options);
    encoder.binary(fromHex('08'));
    encoder.binary(new Uint8Array(33));
    encoder.binary(new Uint8Array(262_145));
    expect(calls).toEqual(['copy 33 to 13 with 7', 'copy 262145 to 0 with 7']);
    expect(sink.written).toBe(`8281000000070882a100000007${'cc'.repeat(33)}`);
    expect(sink.pairs[0]?.[1].every((byte) => byte === 0xcc)).toBe(true);
  });
});

describe('encodeMessage', () => {
  it('gives the bytes a server sends', () => {
    expect(toHex(encodeMessage('é'))).toBe('8102c3a9');
    expect(toHex(encodeMessage(fromHex('00ff')))).toBe('820200ff');
    expect(encodeMessage(new Uint8Array(300_000))).toHaveLength(300_010);
  });

  it('takes every subclass and view of Uint8Array, and the text codec it is given', () => {
    expect(toHex(encodeMessage(Buffer.from('abc').subarray(1)))).toBe('82026263');
    const shouting = { ...portableText, encodeInto: () => 0 };
    expect(toHex(encodeMessage('abc', shouting))).toBe('8100');
  });

  it('refuses anything else at the call', () => {
    for (const message of [undefined, null, 1, {}, [1], new ArrayBuffer(1), new Uint16Array(1)]) {
      expect(() => encodeMessage(message as unknown as string)).toThrow(
        new UsageError('INVALID_ARGUMENT', 'A message must be a string or a Uint8Array.'),
      );
    }
  });
});

it('writes what is encoded already as it is', () => {
  const sink = new BufferSink();
  const frames = encodeMessage('hi');
  new FrameEncoder(sink).encoded(frames);
  expect(sink.take()).toEqual(frames);
});
