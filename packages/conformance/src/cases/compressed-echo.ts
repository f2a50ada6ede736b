// The cases of the sections 12 and 13: many compressed messages of one size, each echoed before the endpoint is far behind. What is sent
// and compressed comes from a script that is made once for all cases of a kind, because it is always the same.

import { type DeflateNeed, type FramesCase, framesCase } from '../case.ts';
import type { Peer } from '../peer.ts';
import { Compressor } from '../wire/deflate.ts';
import { BINARY, fragments, pieces, TEXT } from '../wire/frame.ts';
import { type Content, type ContentKind, contentOf } from './content.ts';

/** One of the 18 settings that every subsection has. */
export interface Setting {
  /** Octets of a message before it is compressed. */
  readonly length: number;
  /** Octets of a frame's payload, of which the compressed message fills as many as it needs; one frame if left out. */
  readonly fragmentSize?: number;
  /** Milliseconds. */
  readonly timeout: number;
}

export const SETTINGS: readonly Setting[] = [
  { length: 16, timeout: 60_000 },
  { length: 64, timeout: 60_000 },
  { length: 256, timeout: 120_000 },
  { length: 1024, timeout: 240_000 },
  { length: 4096, timeout: 480_000 },
  { length: 8192, timeout: 480_000 },
  { length: 16_384, timeout: 480_000 },
  { length: 32_768, timeout: 480_000 },
  { length: 65_536, timeout: 480_000 },
  { length: 131_072, timeout: 480_000 },
  { length: 8192, fragmentSize: 256, timeout: 480_000 },
  { length: 16_384, fragmentSize: 256, timeout: 480_000 },
  { length: 32_768, fragmentSize: 256, timeout: 480_000 },
  { length: 65_536, fragmentSize: 256, timeout: 480_000 },
  { length: 131_072, fragmentSize: 256, timeout: 480_000 },
  { length: 131_072, fragmentSize: 1024, timeout: 480_000 },
  { length: 131_072, fragmentSize: 4096, timeout: 480_000 },
  { length: 131_072, fragmentSize: 32_768, timeout: 480_000 },
];

/** What is on its way at a time, in messages and in octets before compression; two messages always are. */
const MESSAGES_UNDER_WAY = 32;
const OCTETS_UNDER_WAY = 256 * 1024;
/** An endpoint that owes an echo and sends nothing for so many milliseconds has forgotten it. */
const LONGEST_SILENCE = 20_000;
/** From here on, a case moves so much that few should run at a time. */
const HEAVY_LENGTH = 16_384;

interface CompressedEchoes {
  /** `12.1`: the cases are 12.1.1 to 12.1.18. */
  readonly id: string;
  readonly kind: ContentKind;
  /** What the content is, in a few words. */
  readonly name: string;
  readonly need: DeflateNeed;
  /** What the title ends with. */
  readonly negotiation: string;
}

export function compressedEchoes({ id, kind, name, need, negotiation }: CompressedEchoes): FramesCase[] {
  return SETTINGS.map(({ length, fragmentSize, timeout }, index) => {
    const frames = fragmentSize === undefined ? '' : ` in frames of ${octets(fragmentSize)}`;
    return framesCase({
      id: `${id}.${index + 1}`,
      title: `Messages of ${octets(length)}${frames} from ${name}, ${negotiation}`,
      expectation:
        'The endpoint answers the negotiation as RFC 7692 allows, and echoes every message whole, unchanged, in order and ' +
        'compressed within what was agreed on, or not compressed.',
      rfc: '7692 7.2',
      timeout,
      heavy: length >= HEAVY_LENGTH,
      deflate: need,
      run: (peer) => echoMany(peer, contentOf(kind), length, fragmentSize),
    });
  });
}

/** Sends the messages and judges each echo, with a few on their way at a time. */
async function echoMany(peer: Peer, content: Content, length: number, fragmentSize: number | undefined): Promise<void> {
  const script = scriptFor(content, length, sendingWindow(peer));
  const opcode = content.binary ? BINARY : TEXT;
  const most = Math.max(2, Math.min(MESSAGES_UNDER_WAY, Math.floor(OCTETS_UNDER_WAY / length)));
  let sent = 0;
  const sendUpTo = (count: number) => {
    for (; sent < Math.min(count, peer.messages); sent++) {
      const compressed = script.compressed(sent);
      const parts = fragmentSize === undefined ? [compressed] : pieces(compressed, fragmentSize);
      peer.send(...fragments(opcode, parts, { rsv: 4 }));
    }
  };
  sendUpTo(most);
  for (let received = 0; received < peer.messages; received++) {
    const incoming = await peer.nextWithin(LONGEST_SILENCE, `the echo of message ${received + 1} of ${peer.messages}`);
    peer.check(incoming, content.binary, script.message(received));
    sendUpTo(received + 1 + most);
  }
  await peer.finish();
}

interface SendingWindow {
  readonly bits: number;
  readonly takeover: boolean;
}

function sendingWindow({ endpoint, deflate }: Peer): SendingWindow {
  if (deflate === undefined) throw new Error('This case compresses without saying what it needs: give it `deflate`.');
  return endpoint === 'server'
    ? { bits: deflate.clientMaxWindowBits, takeover: !deflate.clientNoContextTakeover }
    : { bits: deflate.serverMaxWindowBits, takeover: !deflate.serverNoContextTakeover };
}

const scripts = new Map<string, Script>();

function scriptFor(content: Content, length: number, window: SendingWindow): Script {
  const key = [content.kind, length, window.bits, window.takeover].join(' ');
  const known = scripts.get(key);
  if (known !== undefined) return known;
  const script = new Script(content.bytes, length, window);
  scripts.set(key, script);
  return script;
}

/**
 * Messages that go round and round through the content, each compressed in the context of those before it. When the window is full, a round
 * compresses like the one before: so no more than the beginning and one round is ever compressed.
 */
export class Script {
  readonly #bytes: Buffer;
  readonly #length: number;
  readonly #compressor: Compressor;
  readonly #compressed: Buffer[] = [];
  /** How many messages fill the window. */
  readonly #beginning: number;
  readonly #round: number;

  /** @param length must divide the content */
  constructor(bytes: Buffer, length: number, { bits, takeover }: SendingWindow) {
    this.#bytes = bytes;
    this.#length = length;
    this.#compressor = new Compressor(bits, takeover);
    this.#beginning = takeover ? Math.ceil(2 ** bits / length) : 0;
    this.#round = bytes.length / length;
  }

  /** Before compression. */
  message(index: number): Buffer {
    const start = (index % this.#round) * this.#length;
    return this.#bytes.subarray(start, start + this.#length);
  }

  compressed(index: number): Buffer {
    const first = index - this.#beginning;
    const place = first < this.#round ? index : this.#beginning + (first % this.#round);
    for (let next = this.#compressed.length; next <= place; next++) {
      this.#compressed.push(this.#compressor.compress(this.message(next)));
    }
    // The loop has made it.
    return this.#compressed[place] as Buffer;
  }
}

function octets(count: number): string {
  return `${count.toLocaleString('en-US')} octets`;
}
