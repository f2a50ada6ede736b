// Section 9: large messages, many fragments, many small writes and many round trips. What is sent looks random, so that octets that
// were lost, doubled or moved show.

import { type FramesCase, framesCase, type Section } from '../case.ts';
import { BINARY, fragments, frame, pieces, TEXT } from '../wire/frame.ts';
import { randomFrom } from './content.ts';

const KIBI = 1024;
const MEBI = 1024 * KIBI;

const MESSAGE_LENGTHS: readonly number[] = [64 * KIBI, 256 * KIBI, MEBI, 4 * MEBI, 8 * MEBI, 16 * MEBI];
const FRAGMENT_SIZES: readonly number[] = [64, 256, KIBI, 4 * KIBI, 16 * KIBI, 64 * KIBI, 256 * KIBI, MEBI, 4 * MEBI];
const CHOP_SIZES: readonly number[] = [64, 128, 256, 512, KIBI, 2 * KIBI];
const ROUND_TRIPS: readonly (readonly [length: number, timeout: number])[] = [
  [0, 60_000],
  [16, 60_000],
  [64, 60_000],
  [256, 120_000],
  [1024, 240_000],
  [4096, 480_000],
];

const LARGE_TIMEOUT = 100_000;
/** The length from which on few cases should run at a time. */
const HEAVY_LENGTH: number = MEBI;
/** An endpoint that owes an echo and sends nothing for so many milliseconds has forgotten it. */
const LONGEST_SILENCE = 20_000;

/** Text and binary cases come in pairs of subsections: 9.1 and 9.2, 9.3 and 9.4, and so on. */
interface Kind {
  readonly opcode: number;
  readonly name: string;
}

const TEXT_KIND: Kind = { opcode: TEXT, name: 'text' };
const BINARY_KIND: Kind = { opcode: BINARY, name: 'binary' };

export const section9: Section = {
  id: '9',
  title: 'Limits and round trips',
  cases: [
    ...whole('9.1', TEXT_KIND),
    ...whole('9.2', BINARY_KIND),
    ...fragmented('9.3', TEXT_KIND),
    ...fragmented('9.4', BINARY_KIND),
    ...chopped('9.5', TEXT_KIND),
    ...chopped('9.6', BINARY_KIND),
    ...roundTrips('9.7', TEXT_KIND),
    ...roundTrips('9.8', BINARY_KIND),
  ],
};

function whole(id: string, { opcode, name }: Kind): FramesCase[] {
  return MESSAGE_LENGTHS.map((length, index) =>
    framesCase({
      ...echoFacts(`${id}.${index + 1}`, length),
      title: `A ${name} message of ${octets(length)}`,
      rfc: '6455 5.2',
      async run(peer) {
        const payload = payloadOf(opcode, length);
        peer.send(frame(opcode, payload));
        peer.check(await peer.next('the echo'), opcode === BINARY, payload);
        await peer.finish();
      },
    }),
  );
}

function fragmented(id: string, { opcode, name }: Kind): FramesCase[] {
  return FRAGMENT_SIZES.map((size, index) =>
    framesCase({
      ...echoFacts(`${id}.${index + 1}`, 4 * MEBI),
      title: `A ${name} message of ${octets(4 * MEBI)} in frames of ${octets(size)}`,
      rfc: '6455 5.4',
      async run(peer) {
        const payload = payloadOf(opcode, 4 * MEBI);
        peer.send(...fragments(opcode, pieces(payload, size)));
        peer.check(await peer.next('the echo'), opcode === BINARY, payload);
        await peer.finish();
      },
    }),
  );
}

function chopped(id: string, { opcode, name }: Kind): FramesCase[] {
  return CHOP_SIZES.map((size, index) =>
    framesCase({
      ...echoFacts(`${id}.${index + 1}`, MEBI),
      title: `A ${name} message of ${octets(MEBI)} in one frame and in writes of ${octets(size)}`,
      rfc: '6455 5.2',
      async run(peer) {
        const payload = payloadOf(opcode, MEBI);
        await peer.sendInChops(size, frame(opcode, payload));
        peer.check(await peer.next('the echo'), opcode === BINARY, payload);
        await peer.finish();
      },
    }),
  );
}

function roundTrips(id: string, { opcode, name }: Kind): FramesCase[] {
  return ROUND_TRIPS.map(([length, timeout], index) =>
    framesCase({
      id: `${id}.${index + 1}`,
      title: `Many ${name} messages of ${octets(length)}, each sent when the one before was echoed`,
      expectation: 'The endpoint echoes every message whole and unchanged as what it was, and closes cleanly.',
      rfc: '6455 5.6',
      timeout,
      async run(peer) {
        const source = payloadOf(opcode, 64 * KIBI);
        for (let count = 0; count < peer.messages; count++) {
          // Begins one octet farther on for each message, so that an echo of another one shows.
          const start = count % (source.length - length);
          const payload = source.subarray(start, start + length);
          peer.send(frame(opcode, payload));
          const echo = await peer.nextWithin(LONGEST_SILENCE, `the echo of message ${count + 1} of ${peer.messages}`);
          peer.check(echo, opcode === BINARY, payload);
        }
        await peer.finish();
      },
    }),
  );
}

function echoFacts(id: string, length: number): Pick<FramesCase, 'id' | 'expectation' | 'timeout' | 'heavy'> {
  return {
    id,
    expectation: 'The endpoint echoes the message whole and unchanged as what it was, and closes cleanly.',
    timeout: LARGE_TIMEOUT,
    heavy: length >= HEAVY_LENGTH,
  };
}

const made = new Map<number, Buffer>();

/** The first octets of the largest message of this kind, which is made once. */
function payloadOf(opcode: number, length: number): Buffer {
  let bytes = made.get(opcode);
  if (bytes === undefined) {
    bytes = opcode === BINARY ? noise() : letters();
    made.set(opcode, bytes);
  }
  return bytes.subarray(0, length);
}

function noise(): Buffer {
  const random = randomFrom(0x62_69_6e_21);
  const words = new Uint32Array((16 * MEBI) / 4);
  for (let index = 0; index < words.length; index++) words[index] = random(2 ** 32);
  return Buffer.from(words.buffer);
}

/** Each octet of text is a printable character of ASCII, so that a message may be cut anywhere. */
function letters(): Buffer {
  const bytes = noise();
  for (let index = 0; index < bytes.length; index++) bytes[index] = 0x20 + ((bytes[index] as number) % 95);
  return bytes;
}

function octets(count: number): string {
  return `${count.toLocaleString('en-US')} octets`;
}
