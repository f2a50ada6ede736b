// Targets with planted faults, for the fuzzer to find. Only the coverage of this file guides the search.

import { holds } from '../../fuzz/invariant.ts';
import { referenceReading } from '../../fuzz/reference-frames.ts';
import type { Target } from '../../fuzz/target.ts';
import { frameDecoder } from '../../fuzz/targets/frame-decoder.ts';
import { FrameDecoder, type FrameSink } from '../../src/frame-decoder.ts';
import type { Role } from '../../src/role.ts';

const plain = { maxLength: 64, dictionary: [], covers: /planted-targets/ };

/** Throws behind three doors: guessing them all at once takes sixteen million inputs. */
const maze: Target = {
  ...plain,
  generate: (random) => random.bytes(4),
  run: (input) => {
    if (input[0] !== 0x52) return '';
    if (input[1] !== 0x46) return '';
    if (input[2] !== 0x43) return '';
    throw new TypeError('the way through the maze');
  },
};

/** Reads the length of a frame as a decoder that takes the 16-bit form for signed would. */
function brokenLength(bytes: Uint8Array, role: Role): number | undefined {
  let length: number | undefined;
  const frameStart: FrameSink['frameStart'] = (_opcode, _fin, _rsv1, claimed) => {
    length ??= claimed;
  };
  new FrameDecoder({ frameStart, framePayload() {}, frameEnd() {}, frameFailed() {} }, role).push(bytes.slice());
  return length !== undefined && length > 0x7fff && length < 0x1_0000 ? length - 0x1_0000 : length;
}

/** A decoder that is wrong about one class of lengths only. */
const signedLength: Target = {
  ...plain,
  dictionary: frameDecoder.dictionary,
  covers: /planted-targets|\/src\//,
  generate: frameDecoder.generate,
  run: (input) => {
    const [frame] = referenceReading(input, 'client', false).frames;
    const length = brokenLength(input, 'client');
    holds('the length is what the header says', length === (frame && Number(frame.length)), () => String(length));
    return String(frame?.length);
  },
};

/** Never ends once a byte is zero. */
const endless: Target = {
  ...plain,
  generate: (random) => random.bytes(8),
  run: (input) => {
    while (input.includes(0)) input.indexOf(0);
    return '';
  },
};

/** Takes 80 ms once a byte is zero: of its own time, for a machine that does other things gives it less than the clock says. */
const slow: Target = {
  ...plain,
  generate: (random) => random.bytes(8),
  run: (input) => {
    const start = process.threadCpuUsage();
    while (input.includes(0) && process.threadCpuUsage(start).user < 80_000) input.indexOf(0);
    return '';
  },
};

/** Believes what an input claims, and keeps nothing of it. */
const believing: Target = {
  ...plain,
  generate: (random) => random.bytes(4),
  run: (input) => {
    const claimed = input.length < 4 ? 0 : Buffer.from(input).readUInt32BE() >>> 6;
    return new Uint8Array(claimed).length > 2 ** 25 ? 'much' : 'little';
  },
};

/** Throws when nobody is there to catch it. */
const later: Target = {
  ...plain,
  generate: (random) => random.bytes(4),
  run: (input) => {
    if (input.includes(0)) {
      process.nextTick(() => {
        throw new RangeError('in a later turn');
      });
    }
    return '';
  },
};

const kept: string[] = [];

/** Remembers whatever it is given, many times over. */
const hoarding: Target = {
  ...plain,
  generate: (random) => random.bytes(4),
  run: (input) => {
    for (let copy = 0; copy < 100_000; copy++) kept.push(`${copy} ${input.join()}`);
    return '';
  },
};

export const targets: Readonly<Record<string, Target>> = {
  maze,
  signedLength,
  endless,
  slow,
  believing,
  later,
  hoarding,
};
