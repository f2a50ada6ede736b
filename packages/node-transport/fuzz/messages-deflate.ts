// An endpoint with permessage-deflate (RFC 7692) never throws on what the peer sent, and hears the same however it is cut and wherever it
// is suspended. What zlib inflates in one go, it delivers; what it cannot, it fails. What it heard, compressed and sent back, is heard
// again. Its messages are small enough for the codec to answer at once.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { EndpointRecorder } from '../../protocol/fuzz/endpoint-recorder.ts';
import { holds, same } from '../../protocol/fuzz/invariant.ts';
import type { Random } from '../../protocol/fuzz/random.ts';
import { type ReferenceFrame, referenceReading } from '../../protocol/fuzz/reference-frames.ts';
import { CHOICES, Input, type Target, withChoices } from '../../protocol/fuzz/target.ts';
import { encodeWire, varyWire } from '../../protocol/fuzz/wire.ts';
import { DeflateCodec } from '../src/deflate/codec.ts';
import { JobLimiter } from '../src/deflate/job-limiter.ts';

/** Setting up zlib takes longer than anything else here. */
const MOST_ECHOED = 3;

type Role = 'server' | 'client';

const SMALL = { maxMessageSize: 1000, maxFragments: 5, maxQueuedPongs: 2 };
const LARGE = { maxMessageSize: 2 ** 17, maxFragments: 1000, maxQueuedPongs: 16 };
/** What the sender left out, and a final block, without which a message that was cut looks whole. */
const TAIL = Buffer.from('0000ffff010000ffff', 'hex');
const words = 'Hello é世👋 Hello Hello, compression is repetition. Repetition. \0\u{feff}';

/** What an input chooses. */
interface Choices {
  readonly role: Role;
  readonly takeover: boolean;
  readonly limits: typeof SMALL;
}

function choices(input: Input): Choices {
  return {
    role: input.chooses(0) ? 'server' : 'client',
    takeover: input.chooses(1),
    limits: input.chooses(2) ? SMALL : LARGE,
  };
}

function other(role: Role): Role {
  return role === 'server' ? 'client' : 'server';
}

function codec(takeover: boolean): DeflateCodec {
  const context = { sendContextTakeover: takeover, receiveContextTakeover: takeover };
  const settings = { level: 1, memLevel: 8, threshold: 0, sendWindowBits: 15, receiveWindowBits: 15 };
  return new DeflateCodec({ ...settings, ...context }, new JobLimiter(1));
}

function endpoint({ role, takeover, limits }: Choices, suspends?: () => boolean): EndpointRecorder {
  return new EndpointRecorder(role, limits, (one) => suspends?.() === true && one.suspend(), codec(takeover));
}

function withBody(bytes: Uint8Array, body: Uint8Array): Uint8Array {
  return Uint8Array.of(...bytes.subarray(0, CHOICES), ...body);
}

/** A message as its peer would send it: compressed, cut into fragments. */
function compressed(random: Random, history: string[], takeover: boolean): ReferenceFrame[] {
  const start = random.below(words.length);
  const text = random.oneIn(8) ? '' : words.slice(start, start + random.below(80)).repeat(random.oneIn(16) ? 200 : 1);
  const plain = random.oneIn(4) ? random.bytes(random.below(40)) : Buffer.from(text);
  const dictionary = Buffer.from(history.join(''), 'latin1').subarray(-32_768);
  const deflated = deflateRawSync(plain, {
    level: random.below(10),
    finishFlush: random.oneIn(6) ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(takeover && dictionary.length > 0 && { dictionary }),
  });
  history.push(Buffer.from(plain).toString('latin1'));
  const whole = random.oneIn(6) ? deflated : deflated.subarray(0, -4);
  const cut = random.oneIn(3) ? random.below(whole.length + 1) : whole.length;
  const frame = { rsv1: false, fin: true, length: 0n, key: 0, complete: true };
  const first = { ...frame, opcode: random.oneIn(2) ? 1 : 2, rsv1: true };
  if (cut === whole.length) return [{ ...first, payload: whole }];
  return [
    { ...first, fin: false, payload: whole.subarray(0, cut) },
    { ...frame, opcode: 0, payload: whole.subarray(cut) },
  ];
}

/** It suspends where it hears something, so what tells nothing has nothing left. */
function resumeToTheEnd({ endpoint, lines }: EndpointRecorder): void {
  for (let before = -1; before !== lines.length; ) {
    before = lines.length;
    endpoint.resume();
  }
}

/** What zlib makes of a payload in one go; undefined where it does not take all of it, or the message is another thing than one stream. */
function inflated(payload: Uint8Array, limit: number): Buffer | undefined {
  try {
    const input = Buffer.concat([payload, TAIL]);
    const options = { maxOutputLength: limit, info: true };
    const { buffer, engine } = inflateRawSync(input, options) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    return engine.bytesWritten === input.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}

/** The first message of the input is what zlib makes of it: it refers back to nothing. */
function checkFirst(body: Uint8Array, { role, limits }: Choices, heard: EndpointRecorder): void {
  const { frames } = referenceReading(body, role, true);
  const [first] = frames;
  if (first?.opcode !== 2 || !first.rsv1 || !first.fin || !first.complete || first.payload.length === 0) return;
  const expected = inflated(first.payload, limits.maxMessageSize);
  if (expected === undefined || first.payload.length > limits.maxMessageSize) return;
  const message = heard.messages[0];
  holds('it delivers what zlib inflates', typeof message === 'object', () => heard.lines.join('\n'));
  same('it is what zlib inflates', Buffer.from(message).toString('hex'), expected.toString('hex'));
}

/** Sends what was heard to an endpoint of the same role, twice over, so that a context is taken over. */
function checkEcho(messages: readonly (string | Uint8Array)[], { role, takeover }: Choices): void {
  if (messages.length === 0) return;
  const sender = endpoint({ role: other(role), takeover, limits: LARGE });
  const receiver = endpoint({ role, takeover, limits: LARGE });
  const few = messages.slice(0, MOST_ECHOED);
  const sent = [...few, ...few];
  for (const message of sent) {
    if (typeof message === 'string') sender.endpoint.sendText(message);
    else sender.endpoint.sendBinary(message);
  }
  receiver.endpoint.receive(sender.out.take());
  same('messages sent and received', receiver.messages, sent);
}

export const messagesDeflate: Target = {
  maxLength: 4000,
  dictionary: [
    '\xc1\x01\x00',
    '\xc2\x01\x00',
    '\x00\x00\xff\xff',
    '\x01\x00\x00\xff\xff',
    '\x02\x00',
    '\x03\x00',
    '\x40\x80',
    '\x80\x00',
  ],
  covers: /\/packages\/(?:protocol|node-transport)\/src\//,

  generate: (random) => {
    const input = withChoices(random, new Uint8Array(0));
    const { role, takeover } = choices(new Input(input));
    const history: string[] = [];
    const frames = Array.from({ length: random.below(5) }, () => compressed(random, history, takeover)).flat();
    return withBody(input, encodeWire(frames, role));
  },

  vary: (random, bytes) => {
    const input = new Input(bytes);
    const wire = varyWire(random, input.body, choices(input).role);
    return wire === undefined ? undefined : withBody(bytes, wire);
  },

  run: (bytes) => {
    const input = new Input(bytes);
    const { body, random } = input;
    const chosen = choices(input);

    const whole = endpoint(chosen);
    whole.endpoint.receive(body.slice());
    checkFirst(body, chosen, whole);

    const cut = endpoint(chosen, () => input.chooses(3) && random.oneIn(3));
    for (const chunk of input.chunks()) {
      cut.endpoint.receive(chunk);
      if (random.oneIn(2)) cut.endpoint.resume();
    }
    resumeToTheEnd(cut);
    for (const one of [whole, cut]) one.endpoint.receiveEnd();
    same('events', cut.lines, whole.lines);
    same('it ends once', cut.lines.filter((line) => line === 'closed').length, 1);
    same('answers', Buffer.from(cut.out.take()).toString('hex'), Buffer.from(whole.out.take()).toString('hex'));
    checkEcho(whole.messages, chosen);
    const kinds = new Set(whole.lines.map((line) => line.split(' ', 1)[0]));
    return whole.error?.code ?? [...kinds].sort().join();
  },
};
