import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from '../src/frame-decoder.ts';
import { applyMask } from '../src/mask.ts';
import type { Role } from '../src/role.ts';
import { FrameRecorder } from './frame-recorder.ts';
import { asClient, fromHex, toHex, uint } from './vectors/wire.ts';
import { bytesToServer, chunkSizes, inChunks } from './wire-bytes.ts';

interface Decoding {
  readonly decoder: FrameDecoder;
  readonly heard: FrameRecorder;
}

function decoding(role: Role, rsv1Allowed?: boolean): Decoding {
  const heard = new FrameRecorder();
  return { decoder: new FrameDecoder(heard, role, rsv1Allowed), heard };
}

function linesOf(chunks: readonly Uint8Array[], role: Role): string[] {
  const { decoder, heard } = decoding(role);
  for (const chunk of chunks) decoder.push(chunk);
  return heard.joined;
}

/** A whole text frame, an empty one, a Ping, a frame cut by the end. */
const FRAMES = '8103616263 8200 890131 020478';
const LINES = [
  'start 1 fin 3',
  'payload 616263',
  'end',
  'start 2 fin 0',
  'end',
  'start 9 fin 1',
  'payload 31',
  'end',
  'start 2 4',
  'payload 78',
];

describe('FrameDecoder', () => {
  it('tells the start, payload and end of each frame, and no payload of an empty one', () => {
    expect(linesOf([fromHex(FRAMES)], 'client')).toEqual(LINES);
  });

  it('gives ranges of the chunk itself, unmasked in place, and copies nothing', () => {
    const chunk = fromHex(asClient('8103616263 | 820164'));
    const sources: unknown[] = [];
    const { heard } = decoding('server');
    heard.framePayload = (source, start, end) => sources.push([source === chunk, start, end]);
    new FrameDecoder(heard, 'server').push(chunk);
    expect(sources).toEqual([
      [true, 6, 9],
      [true, 15, 16],
    ]);
    expect(toHex(chunk.subarray(6, 9))).toBe('616263');
  });

  it('gives the parts of a payload as they come, with the mask in step', () => {
    const bytes = fromHex(asClient('820a 00112233445566778899', ['37fa213d']));
    const { decoder, heard } = decoding('server');
    const ends = [7, 8, 10, 13, bytes.length];
    ends.forEach((end, index) => {
      decoder.push(bytes.slice(index === 0 ? 0 : ends[index - 1], end));
    });
    expect(heard.lines).toEqual([
      'start 2 fin 10',
      'payload 00',
      'payload 11',
      'payload 2233',
      'payload 445566',
      'payload 778899',
      'end',
    ]);
  });

  it('reports every length a header can claim, rounded above 2^53', () => {
    for (const length of [65_536n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 62n]) {
      expect(linesOf([fromHex(`827f${uint(length, 8)}`)], 'client')).toEqual([`start 2 fin ${Number(length)}`]);
    }
    expect(linesOf([fromHex(`827f${uint(2n ** 63n - 1n, 8)}`)], 'client')).toEqual([`start 2 fin ${2 ** 63}`]);
  });

  it('holds a header that chunks cut, however often, and takes empty chunks in between', () => {
    const header = fromHex(asClient(`827f${uint(65_536, 8)}`));
    const { decoder, heard } = decoding('server');
    for (const byte of header) {
      expect(heard.lines).toEqual([]);
      decoder.push(new Uint8Array(0));
      decoder.push(Uint8Array.of(byte));
    }
    expect(heard.lines).toEqual(['start 2 fin 65536']);
  });

  it('uses the mask it is given', () => {
    const heard = new FrameRecorder();
    const calls: number[][] = [];
    const decoder = new FrameDecoder(heard, 'server', false, (bytes, start, end, key, phase) => {
      calls.push([start, end, key, phase]);
      applyMask(bytes, start, end, key, phase);
    });
    const bytes = fromHex(asClient('810548656c6c6f', ['f7fa213d']));
    decoder.push(bytes.slice(0, 9));
    decoder.push(bytes.slice(9));
    expect(calls).toEqual([
      [6, 9, 0xf7fa213d | 0, 0],
      [0, 2, 0xf7fa213d | 0, 3],
    ]);
    expect(heard.joined).toEqual(['start 1 fin 5', 'payload 48656c6c6f', 'end']);
  });

  it('names a violation once and is deaf from then on', () => {
    const { decoder, heard } = decoding('client');
    decoder.push(fromHex('810161 8300 810162'));
    decoder.push(fromHex('810163'));
    decoder.suspend();
    decoder.resume();
    decoder.push(fromHex('8300'));
    expect(heard.lines).toEqual(['start 1 fin 1', 'payload 61', 'end', 'failed RESERVED_OPCODE']);
  });

  it('refuses RSV1 unless it was told otherwise', () => {
    expect(linesOf([fromHex('c100')], 'client')).toEqual(['failed RESERVED_BITS']);
    const { decoder, heard } = decoding('client', true);
    decoder.push(fromHex('c100'));
    expect(heard.lines).toEqual(['start 1 fin rsv1 0', 'end']);
  });

  it('makes the same of any bytes in any chunks, and never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(bytesToServer, fc.uint8Array()),
        chunkSizes,
        fc.constantFrom<Role[]>('server', 'client'),
        (bytes, sizes, role) => {
          expect(linesOf(inChunks(bytes, sizes), role)).toEqual(linesOf([bytes.slice()], role));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('FrameDecoder.stop', () => {
  it.each(LINES.map((_, index) => index))('inside call %i: nothing follows', (index) => {
    const { decoder, heard } = decoding('client');
    heard.after = () => {
      if (heard.lines.length === index + 1) decoder.stop();
    };
    decoder.push(fromHex(FRAMES));
    decoder.push(fromHex('797a71'));
    expect(heard.lines).toEqual(LINES.slice(0, index + 1));
  });

  it('forgets what is held', () => {
    const { decoder, heard } = decoding('client');
    decoder.suspend();
    decoder.push(fromHex('810161'));
    decoder.stop();
    decoder.resume();
    decoder.push(fromHex('810161'));
    expect(heard.lines).toEqual([]);
  });
});

describe('FrameDecoder.suspend', () => {
  it.each(LINES.map((_, index) => index))('inside call %i: the rest waits for resume', (index) => {
    const { decoder, heard } = decoding('client');
    heard.after = () => {
      if (heard.lines.length === index + 1) decoder.suspend();
    };
    decoder.push(fromHex(FRAMES));
    expect(heard.lines).toEqual(LINES.slice(0, index + 1));
    decoder.push(fromHex('79'));
    decoder.push(fromHex('7a71'));
    expect(heard.lines).toEqual(LINES.slice(0, index + 1));
    decoder.resume();
    expect(heard.joined).toEqual([...LINES.slice(0, -1), 'payload 78797a71', 'end']);
  });

  it('holds everything when nothing was under way, and may be said twice', () => {
    const { decoder, heard } = decoding('client');
    decoder.suspend();
    decoder.suspend();
    decoder.push(fromHex('8101'));
    decoder.push(fromHex('61'));
    expect(heard.lines).toEqual([]);
    decoder.resume();
    decoder.resume();
    expect(heard.lines).toEqual(['start 1 fin 1', 'payload 61', 'end']);
    decoder.push(fromHex('8200'));
    expect(heard.lines).toHaveLength(5);
  });

  it('holds nothing back when nothing came', () => {
    const { decoder, heard } = decoding('client');
    decoder.suspend();
    decoder.resume();
    decoder.push(fromHex('8200'));
    expect(heard.lines).toEqual(['start 2 fin 0', 'end']);
  });

  it('and resume inside the same call change nothing', () => {
    const { decoder, heard } = decoding('client');
    heard.after = () => {
      decoder.suspend();
      decoder.resume();
    };
    decoder.push(fromHex(FRAMES));
    expect(heard.lines).toEqual(LINES);
  });

  it('keeps the order through any pattern of suspending, resuming and pushing, inside and outside of calls', () => {
    const step = fc.constantFrom('suspend', 'resume', 'push', 'nothing');
    fc.assert(
      fc.property(bytesToServer, chunkSizes, fc.array(step, { minLength: 1, maxLength: 20 }), (bytes, sizes, steps) => {
        const { decoder, heard } = decoding('server');
        const chunks = inChunks(bytes, sizes);
        let turn = 0;
        const act = (): void => {
          const action = steps[turn++ % steps.length];
          if (action === 'suspend') decoder.suspend();
          else if (action === 'resume') decoder.resume();
          else if (action === 'push') pushNext();
        };
        const pushNext = (): void => {
          const chunk = chunks.shift();
          if (chunk !== undefined) decoder.push(chunk);
        };
        heard.after = act;
        while (chunks.length > 0) {
          pushNext();
          act();
        }
        // The last act may be a suspension inside the resume before.
        for (let rest = 0; rest < 1000; rest++) decoder.resume();
        expect(heard.joined).toEqual(linesOf([bytes.slice()], 'server'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('FrameDecoder.push inside a sink call', () => {
  it.each(LINES.map((_, index) => index))('inside call %i: the bytes wait their turn', (index) => {
    const { decoder, heard } = decoding('client');
    heard.after = () => {
      if (heard.lines.length !== index + 1) return;
      decoder.push(fromHex('797a'));
      decoder.push(fromHex('71'));
    };
    decoder.push(fromHex(FRAMES));
    expect(heard.joined).toEqual([...LINES.slice(0, -1), 'payload 78797a71', 'end']);
  });

  it('comes after the rest of the chunk, even when suspended in between', () => {
    const { decoder, heard } = decoding('client');
    heard.after = () => {
      if (heard.lines.length !== 1) return;
      decoder.suspend();
      decoder.push(fromHex('797a71'));
    };
    decoder.push(fromHex(FRAMES));
    decoder.resume();
    expect(heard.joined).toEqual([...LINES.slice(0, -1), 'payload 78797a71', 'end']);
  });

  it('can feed itself for long without running out of stack', () => {
    const { decoder, heard } = decoding('client');
    let ends = 0;
    heard.after = (line) => {
      if (line === 'end' && ++ends < 100_000) decoder.push(fromHex('8200'));
    };
    decoder.push(fromHex('8200'));
    expect(ends).toBe(100_000);
  });

  it('is not blocked for good by a sink that threw', () => {
    const { decoder, heard } = decoding('client');
    heard.after = () => {
      throw new Error('from the sink');
    };
    expect(() => decoder.push(fromHex('8200'))).toThrow('from the sink');
    heard.after = () => {};
    decoder.push(new Uint8Array(0));
    expect(heard.lines).toEqual(['start 2 fin 0', 'end']);
  });
});

describe('a chunk whose memory was transferred while some of it is held', () => {
  it.each([0, 1])('is read no further: another one comes first %i times', (others) => {
    const { decoder, heard } = decoding('client');
    const chunk = fromHex('82016182016282');
    decoder.suspend();
    for (let i = 0; i < others; i++) decoder.push(fromHex('8200'));
    decoder.push(chunk);
    decoder.push(new Uint8Array(0));
    structuredClone(chunk, { transfer: [chunk.buffer as ArrayBuffer] });
    decoder.resume();
    expect(heard.lines).toEqual([...(others === 0 ? [] : ['start 2 fin 0', 'end']), 'failed CONTINUATION_EXPECTED']);
  });
});

describe('a chunk whose memory was transferred inside of a sink call that suspends', () => {
  it('is read no further', () => {
    const { decoder, heard } = decoding('client');
    const chunk = fromHex('82016182016282');
    heard.after = (line) => {
      if (line !== 'end') return;
      structuredClone(chunk, { transfer: [chunk.buffer as ArrayBuffer] });
      decoder.suspend();
    };
    decoder.push(chunk);
    decoder.resume();
    expect(heard.lines).toEqual(['start 2 fin 1', 'payload 61', 'end', 'failed CONTINUATION_EXPECTED']);
  });
});

describe('a chunk that is less than half of its buffer', () => {
  it('is only lent: what must wait of it is copied, also when it comes inside a sink call', () => {
    const { decoder, heard } = decoding('client');
    const lent = new Uint8Array(1000);
    const lend = (hex: string): void => {
      const bytes = fromHex(hex);
      lent.set(bytes);
      decoder.push(lent.subarray(0, bytes.length));
      lent.fill(0xff);
    };
    heard.after = (line) => {
      if (line === 'start 1 fin 3') decoder.suspend();
      if (line !== 'start 9 fin 1') return;
      lent.set(fromHex('7a71'), 500);
      decoder.push(lent.subarray(500, 502));
      lent.fill(0xff);
    };
    lend(FRAMES);
    lend('79');
    decoder.resume();
    expect(heard.joined).toEqual([...LINES.slice(0, -1), 'payload 78797a71', 'end']);
  });

  it('stays a Buffer where it was one', () => {
    const { decoder, heard } = decoding('client');
    const sources: Uint8Array[] = [];
    heard.framePayload = (source) => void sources.push(source);
    decoder.suspend();
    decoder.push(Buffer.from(new ArrayBuffer(1000), 0, 3).fill(fromHex('820161')));
    decoder.resume();
    expect(sources.map((source) => Buffer.isBuffer(source))).toEqual([true]);
  });
});
