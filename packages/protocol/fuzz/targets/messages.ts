// An endpoint never throws on what the peer sent; any chunking and suspension gives the same events and answers; what it answers is
// frames the peer may be sent, at most one Close among them and nothing behind it; it ends once. It hears what ws hears, and a message
// that was heard can be sent back and is heard again.

import { frames } from '../../src/frames.ts';
import { CLOSE, PONG } from '../../src/opcode.ts';
import type { Role } from '../../src/role.ts';
import { EndpointRecorder } from '../endpoint-recorder.ts';
import { holds, same } from '../invariant.ts';
import { referenceReading } from '../reference-frames.ts';
import { CHOICES, Input, type Target, withChoices } from '../target.ts';
import { randomWire, varyWire } from '../wire.ts';
import { agreeWithWs, type Heard } from '../ws-differences.ts';
import { wsHears } from '../ws-receiver.ts';

const SMALL = { maxMessageSize: 1000, maxFragments: 5, maxQueuedPongs: 2 };
const LARGE = { maxMessageSize: 2 ** 24, maxFragments: 1000, maxQueuedPongs: 16 };

function role(input: Input): Role {
  return input.chooses(0) ? 'server' : 'client';
}

function other(side: Role): Role {
  return side === 'server' ? 'client' : 'server';
}

/** It suspends where it hears something, so what tells nothing has nothing left. */
function resumeToTheEnd({ endpoint, lines }: EndpointRecorder): void {
  let before = -1;
  while (before !== lines.length) {
    before = lines.length;
    endpoint.resume();
  }
}

/** In the words of {@link wsHears}. */
function heard(side: EndpointRecorder): Heard {
  const { received } = side.endpoint;
  const events = side.lines.filter((line) => /^(?:text|binary|ping|pong) /.test(line));
  return {
    events: received === undefined ? events : [...events, `closing ${received.code} ${received.reason}`],
    violation: side.error?.code,
    closeCode: side.error?.closeCode,
  };
}

/** What was written, for a peer of the other role. */
function checkAnswers(side: EndpointRecorder, role: Role, written: Uint8Array, mostPongs: number): void {
  const sent = [...frames([written], other(role))];
  const close = sent.findIndex(({ opcode }) => opcode === CLOSE);
  holds('nothing follows a Close', close === -1 || close === sent.length - 1, () => `frame ${close} of ${sent.length}`);
  const pongs = sent
    .filter(({ opcode }) => opcode === PONG)
    .map(({ payload }) => `ping ${Buffer.from(payload).toString('hex')}`);
  const pings = side.lines.filter((line) => line.startsWith('ping '));
  holds('pongs are bounded', pongs.length <= mostPongs, () => String(pongs.length));
  same('pongs answer pings', pongs, pings.slice(0, pongs.length));
}

/** Sends what was heard to an endpoint of the same role. */
function checkEcho(messages: readonly (string | Uint8Array)[], role: Role): void {
  if (messages.length === 0) return;
  const sender = new EndpointRecorder(other(role), {});
  const receiver = new EndpointRecorder(role, { maxMessageSize: LARGE.maxMessageSize });
  for (const message of messages) {
    if (typeof message === 'string') sender.endpoint.sendText(message);
    else sender.endpoint.sendBinary(message);
  }
  receiver.endpoint.receive(sender.out.take());
  same('messages sent and received', receiver.messages, messages);
}

export const messages: Target = {
  maxLength: 6000,
  dictionary: [
    '\x81\x00',
    '\x01\x00',
    '\x80\x80\0\0\0\0',
    '\x88\x02\x03\xe8',
    '\x88\x80\0\0\0\0',
    '\x89\x00',
    '\x82\x7e\x03\xe9',
    'é世👋',
    '\xed\xa0\x80',
  ],

  generate: (random) => {
    const input = withChoices(random, new Uint8Array(0));
    return Uint8Array.of(...input, ...randomWire(random, role(new Input(input))));
  },

  vary: (random, bytes) => {
    const input = new Input(bytes);
    const wire = varyWire(random, input.body, role(input));
    return wire === undefined ? undefined : Uint8Array.of(...bytes.subarray(0, CHOICES), ...wire);
  },

  run: (bytes) => {
    const input = new Input(bytes);
    const { body, random } = input;
    const side = role(input);
    const [closing, suspending] = [input.chooses(1) && input.chooses(2), input.chooses(3)];
    const limits = input.chooses(4) ? SMALL : LARGE;

    const whole = new EndpointRecorder(side, limits);
    if (closing) whole.endpoint.close(1000, 'first');
    whole.endpoint.receive(body.slice());
    const result = heard(whole);

    const cut = new EndpointRecorder(side, limits, (endpoint) => suspending && random.oneIn(3) && endpoint.suspend());
    if (closing) cut.endpoint.close(1000, 'first');
    for (const chunk of input.chunks()) {
      cut.endpoint.receive(chunk);
      if (random.oneIn(2)) cut.endpoint.resume();
    }
    resumeToTheEnd(cut);
    for (const one of [whole, cut]) one.endpoint.receiveEnd();
    same('events', cut.lines, whole.lines);
    same('it ends once', cut.lines.filter((line) => line === 'closed').length, 1);
    const written = whole.out.take();
    same('answers', Buffer.from(cut.out.take()).toString('hex'), Buffer.from(written).toString('hex'));
    checkAnswers(whole, side, written, limits.maxQueuedPongs);

    if (!closing) {
      const { maxMessageSize: maxPayload, maxFragments } = limits;
      agreeWithWs(result, wsHears([body], side, { maxPayload, maxFragments }), referenceReading(body, side, false));
      checkEcho(whole.messages, side);
    }
    const kinds = new Set(result.events.map((line) => line.split(' ', 1)[0]));
    return `${closing ? 'after our Close, ' : ''}${result.violation ?? [...kinds].sort().join()}`;
  },
};
