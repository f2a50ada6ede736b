import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../src/errors.ts';
import { FrameDecoder } from '../src/frame-decoder.ts';
import { type AssemblerOptions, MessageAssembler } from '../src/message-assembler.ts';
import { BINARY, CONTINUATION, PING, TEXT } from '../src/opcode.ts';
import { portableText } from '../src/utf8.ts';
import { fromHex, toHex } from './vectors/wire.ts';
import { XorTransform } from './xor-transform.ts';

interface Assembling {
  readonly assembler: MessageAssembler;
  readonly heard: string[];
  readonly messages: Uint8Array[];
  readonly errors: ProtocolError[];
  /** Through a client's frame decoder, which nobody stops. */
  receive(...chunks: Uint8Array[]): void;
}

function assembling(options: Partial<AssemblerOptions> = {}): Assembling {
  const heard: string[] = [];
  const messages: Uint8Array[] = [];
  const errors: ProtocolError[] = [];
  const assembler = new MessageAssembler(
    {
      text: (message) => heard.push(`text ${message}`),
      binary(message) {
        heard.push(`binary ${message.length}`);
        messages.push(message);
      },
    },
    {
      controlReceived: (opcode, payload) => heard.push(`control ${opcode} ${toHex(payload)}`),
      violated(error) {
        heard.push(`violated ${error.code}`);
        errors.push(error);
      },
    },
    { maxMessageSize: 1 << 20, maxFragments: 1000, text: portableText, ...options },
  );
  const decoder = new FrameDecoder(assembler, 'client');
  const receive = (...chunks: Uint8Array[]): void => {
    for (const chunk of chunks) decoder.push(chunk);
  };
  return { assembler, heard, messages, errors, receive };
}

/** A whole unmasked binary frame in the middle of a chunk of its own. */
function chunkWith(payload: Uint8Array, behind: number): Uint8Array {
  const { length } = payload;
  const header = length < 126 ? [0x82, length] : [0x82, 126, length >>> 8, length & 0xff];
  const chunk = new Uint8Array(header.length + length + behind);
  chunk.set(header);
  chunk.set(payload, header.length);
  // What follows is a frame that has not come whole yet.
  chunk.set([0x82, 126, 0xff, 0xff].slice(0, behind), header.length + length);
  return chunk;
}

describe('MessageAssembler', () => {
  it('fails on text that is longer than a string can be, as a large maxMessageSize lets come', () => {
    const { heard, receive } = assembling({ text: { ...portableText, decode: () => undefined } });
    receive(fromHex('01 01 61'), fromHex('80 01 62'));
    expect(heard).toEqual(['violated MESSAGE_TOO_BIG']);
  });

  it('joins fragments and passes control frames between them on at once', () => {
    const { heard, receive } = assembling();
    receive(fromHex('010148 89020102 000165 8000 8203616263'));
    expect(heard).toEqual(['control 9 0102', 'text He', 'binary 3']);
  });

  it('joins a control frame that came in parts, again and again', () => {
    const { heard, receive } = assembling();
    receive(fromHex('890301'), fromHex('02'), fromHex('03 8a0204'), fromHex('05'), fromHex('8900'));
    expect(heard).toEqual(['control 9 010203', 'control 10 0405', 'control 9 ']);
  });

  it('decodes text across fragments and chunks, and starts anew for the next message', () => {
    const { heard, receive } = assembling();
    receive(
      fromHex('0101e2'),
      fromHex('000182'),
      fromHex('8003ac6162'),
      fromHex('8102c3'),
      fromHex('a9'),
      fromHex('0100 8000'),
    );
    expect(heard).toEqual(['text €ab', 'text é', 'text ']);
  });

  it('says in the error how big the message is at least, and what the limit is', () => {
    const { errors, receive } = assembling({ maxMessageSize: 10 });
    receive(fromHex('0204 00000000 8007'));
    expect(errors).toEqual([new ProtocolError('MESSAGE_TOO_BIG', 'It has at least 11 bytes, maxMessageSize is 10.')]);
    expect(errors[0]?.message).toBe(
      'The message is larger than its limit allows. It has at least 11 bytes, maxMessageSize is 10. [RFC 6455 10.4]',
    );
  });

  it('says in the error how many fragments are allowed', () => {
    const { errors, receive } = assembling({ maxFragments: 1 });
    receive(fromHex('0200 0000'));
    expect(errors[0]?.message).toBe(
      'The message has more fragments than maxFragments allows. The limit is 1. [RFC 6455 10.4]',
    );
  });

  it('uses the text codec it is given', () => {
    const { heard, receive } = assembling({
      text: { ...portableText, decode: (_, start, end) => `${end - start} bytes` },
    });
    receive(fromHex('8102 6162 0101 61 8000'));
    expect(heard).toEqual(['text 2 bytes', 'text 1 bytes']);
  });
});

describe('MessageAssembler after a violation', () => {
  it('hears nothing more, even from a decoder that goes on', () => {
    for (const broken of ['800161', '8102ffff', '0101ff', '0201618201 62', '8101c3', '0101c3 8000']) {
      const { heard, receive } = assembling();
      receive(fromHex(`${broken} 810162 890163 8000 8300`));
      expect(heard.filter((line) => !line.startsWith('violated'))).toEqual([]);
      expect(heard).toHaveLength(1);
    }
  });

  it('hears nothing more of a frame that went on', () => {
    const { heard, receive } = assembling();
    receive(fromHex('810561 ff'), fromHex('ff'), fromHex('6161'), fromHex('820161'));
    expect(heard).toEqual(['violated TEXT_INVALID']);
  });
});

describe('MessageAssembler.discard', () => {
  it('keeps checking and passing control frames on, but delivers no message', () => {
    const { assembler, heard, receive } = assembling();
    receive(fromHex('010161'));
    assembler.discard();
    receive(
      fromHex('800162 810163 820164 0201 65 8000 0101 c3 8001a9 890166'),
      fromHex('8202'),
      fromHex('6162'),
      fromHex('8100'),
    );
    expect(heard).toEqual(['control 9 66']);
  });

  it.each([
    ['a whole text', '8101ff', 'TEXT_INVALID'],
    ['fragments of text begun before it', '8001ff', 'TEXT_INVALID'],
    ['an unfinished sequence begun before it', '8001c3', 'TEXT_INVALID'],
    ['an orphan', '8000 8000', 'CONTINUATION_UNEXPECTED'],
    ['a message too big', '007f0000000000100000', 'MESSAGE_TOO_BIG'],
  ])('still refuses %s', (name, hex, violation) => {
    const { assembler, heard, receive } = assembling();
    if (name !== 'a whole text') receive(fromHex('010161'));
    assembler.discard();
    receive(fromHex(hex));
    expect(heard).toEqual([`violated ${violation}`]);
  });

  it('may be called while a message is delivered', () => {
    const heard: string[] = [];
    const assembler: MessageAssembler = new MessageAssembler(
      {
        text(message) {
          heard.push(message);
          assembler.discard();
        },
        binary: () => heard.push('binary'),
      },
      { controlReceived() {}, violated() {} },
      { maxMessageSize: 10, maxFragments: 10, text: portableText },
    );
    new FrameDecoder(assembler, 'client').push(fromHex('0101 61 8001 62 8101 63 820164'));
    expect(heard).toEqual(['ab']);
  });
});

describe('a binary message', () => {
  it.each([0, 1, 20, 64, 65, 1000])('of %i bytes does not pin the chunk it came in', (length) => {
    const { messages, receive } = assembling();
    const payload = new Uint8Array(length).fill(7);
    receive(chunkWith(payload, 60_000));
    expect(messages).toEqual([payload]);
    expect(messages[0]?.buffer.byteLength).toBeLessThanOrEqual(2 * length);
  });

  it('that fills most of its chunk is that part of it, not a copy', () => {
    const { messages, receive } = assembling();
    const chunk = chunkWith(new Uint8Array(30_000).fill(7), 20_000);
    receive(chunk);
    expect(messages[0]).toEqual(new Uint8Array(30_000).fill(7));
    expect(messages[0]?.buffer).toBe(chunk.buffer);
  });

  it('in fragments or chunks pins at most twice its bytes', () => {
    for (const size of [1, 10, 999, 5000, 30_000]) {
      const { messages, receive } = assembling({ maxMessageSize: 1 << 20, maxFragments: 1 << 20 });
      const whole = chunkWith(new Uint8Array(30_000).fill(7), 0);
      for (let at = 0; at < whole.length; at += size) {
        const chunk = new Uint8Array(size + 60_000);
        chunk.set(whole.subarray(at, at + size));
        receive(chunk.subarray(0, Math.min(size, whole.length - at)));
      }
      expect(messages[0]).toEqual(new Uint8Array(30_000).fill(7));
      expect(messages[0]?.buffer.byteLength).toBeLessThanOrEqual(60_000);
    }
  });

  it('is a plain Uint8Array, whatever the chunk was', () => {
    const { messages, receive } = assembling();
    for (const behind of [0, 60_000]) receive(Buffer.from(chunkWith(new Uint8Array(100), behind)).subarray(0, 102));
    for (const part of [fromHex('0201 61'), fromHex('8001 62')]) receive(Buffer.from(part));
    expect(messages.map((message) => Object.getPrototypeOf(message) === Uint8Array.prototype)).toEqual([
      true,
      true,
      true,
    ]);
    expect(messages.map((message) => message.length)).toEqual([100, 100, 2]);
  });
});

describe('as a FrameSink of its own', () => {
  it('takes frames without a decoder', () => {
    const { assembler, heard } = assembling();
    assembler.frameStart(TEXT, false, false, 1);
    assembler.framePayload(fromHex('61'), 0, 1);
    assembler.frameEnd();
    assembler.frameStart(PING, true, false, 0);
    assembler.frameEnd();
    assembler.frameStart(CONTINUATION, true, false, 2);
    assembler.framePayload(fromHex('006263'), 1, 2);
    assembler.framePayload(fromHex('006263'), 2, 3);
    assembler.frameEnd();
    assembler.frameFailed('RESERVED_BITS');
    assembler.frameFailed('RESERVED_OPCODE');
    assembler.frameStart(BINARY, true, false, 0);
    assembler.frameEnd();
    expect(heard).toEqual(['control 9 ', 'text abc', 'violated RESERVED_BITS']);
  });
});

describe('MessageAssembler with streams', () => {
  it('tells only sinks that want to hear of them, and holds nothing where nobody can wait', () => {
    const { assembler, heard, receive } = assembling({ maxMessageSize: 2 });
    assembler.streamNext(true);
    receive(fromHex('0201 61 8001 62'));
    assembler.streamNext(false);
    receive(fromHex('8203'));
    expect(heard).toEqual(['violated MESSAGE_TOO_BIG']);
  });

  it('limits them by maxMessageSize where no other limit is set', () => {
    const { assembler, errors, receive } = assembling({ maxMessageSize: 2 });
    assembler.streamNext(true);
    receive(fromHex('0201 61 8002'));
    expect(errors[0]?.message).toContain('It has at least 3 bytes, maxStreamedMessageSize is 2.');
    const restoring = new XorTransform();
    const restored = assembling({ maxMessageSize: 2, transform: restoring });
    restored.assembler.streamNext(true);
    restored.assembler.frameStart(BINARY, true, true, 4);
    restored.assembler.framePayload(fromHex('61626364'), 0, 4);
    expect(restored.errors[0]?.message).toContain('It has at least 4 bytes, maxStreamedMessageSize is 2.');
  });

  it('lets messages be restored while no one can be told to wait', () => {
    const transform = new XorTransform({ later: true });
    const { assembler, heard } = assembling({ transform });
    assembler.frameStart(TEXT, true, true, 1);
    assembler.framePayload(fromHex('34'), 0, 1);
    assembler.frameEnd();
    transform.answer();
    expect(heard).toEqual(['text a']);
  });

  it('takes RSV1 for nothing where there is no transform: a decoder lets it pass only where one was agreed on', () => {
    const { assembler, heard } = assembling();
    assembler.frameStart(TEXT, true, true, 1);
    assembler.framePayload(fromHex('61'), 0, 1);
    assembler.frameEnd();
    expect(heard).toEqual(['text a']);
  });
});
