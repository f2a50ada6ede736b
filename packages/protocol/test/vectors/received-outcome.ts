// What bytes lead to in an Endpoint, and what RFC 6455 says they should.

import type { EndpointHandler, Limits, MessageType, ProtocolError, State } from '../../src/index.ts';
import type { FrameVector, VectorEvent } from './frame-vector.ts';
import type { Protocol } from './replay.ts';
import type { TableTransform } from './table-transform.ts';
import { asClient, frameHex, fromHex, joined, toHex, uint, utf8Hex } from './wire.ts';

/** The key of every frame the client under test sends. */
const CLIENT_KEY = '5a3c69f0';

/** What a vector led to. */
export interface Outcome {
  readonly events: readonly VectorEvent[];
  /** What the endpoint answered, as hex. */
  readonly written: string;
  readonly state: State;
  /** Whether the transport's sending side was ended. */
  readonly ended: boolean;
}

/** How an endpoint gets the bytes. */
export interface Way {
  /** Each handler call suspends it, and it is resumed until it tells nothing more. */
  readonly suspending?: boolean;
  /** Messages are asked for as streams, from the start or behind the first chunk. */
  readonly streaming?: 'always' | 'behind the first chunk';
  readonly transform?: TableTransform;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Joins the parts of streams to messages. Throws where they come in an order, or hold what they may not. */
class StreamJoiner {
  readonly #protocol: Protocol;
  #type: MessageType | undefined;
  #parts: Uint8Array[] = [];
  #validator: InstanceType<Protocol['Utf8Validator']> | undefined;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  start(type: MessageType): void {
    if (this.#type !== undefined) throw new Error('A stream began before another one had ended.');
    this.#type = type;
    this.#parts = [];
    this.#validator = type === 'text' ? new this.#protocol.Utf8Validator() : undefined;
  }

  part(bytes: Uint8Array): void {
    if (this.#type === undefined) throw new Error('A part came of no stream.');
    // Text is checked as it comes: what is told of it is never invalid so far.
    if (this.#validator?.push(bytes, 0, bytes.length) === false) throw new Error('A part of text is not valid.');
    this.#parts.push(bytes);
  }

  end(): VectorEvent {
    const type = this.#type;
    if (type === undefined) throw new Error('No stream ended.');
    this.#type = undefined;
    const bytes = joined(this.#parts);
    return type === 'text' ? [type, decoder.decode(bytes)] : [type, toHex(bytes)];
  }
}

/** Gives the chunks to an endpoint. A message it streams counts when it has ended, as if it had come whole. */
export function receive(protocol: Protocol, vector: FrameVector, chunks: readonly Uint8Array[], way: Way): Outcome {
  const { suspending = false, streaming, transform } = way;
  const events: VectorEvent[] = [];
  const joiner = new StreamJoiner(protocol);
  let suspended = false;
  const told = (): void => {
    if (!suspending) return;
    suspended = true;
    endpoint.suspend();
  };
  const record = (event: VectorEvent): void => {
    events.push(event);
    told();
  };
  const message = (event: VectorEvent): void => {
    if (streaming === 'always') throw new Error(`A message came whole: ${event.join(' ')}`);
    record(event);
  };
  const handler: EndpointHandler = {
    text: (text) => message(['text', text]),
    binary: (bytes) => message(['binary', toHex(bytes)]),
    streamStart: (type) => {
      joiner.start(type);
      told();
    },
    streamPart: (bytes) => {
      joiner.part(bytes);
      told();
    },
    streamEnd: () => record(joiner.end()),
    ping: (payload) => record(['ping', toHex(payload)]),
    pong: (payload) => record(['pong', toHex(payload)]),
    failed: (error: ProtocolError) => record(['failed', error.code, error.closeCode]),
    stateChanged: () => {
      const { received } = endpoint;
      if (received !== undefined) record(['closing', received.code, received.reason]);
    },
  };
  const out = new protocol.BufferSink();
  const limits = limitsOf(protocol, vector, streaming !== undefined);
  const endpoint = new protocol.Endpoint(
    handler,
    out,
    vector.role === 'server'
      ? { ...limits, role: 'server' }
      : { ...limits, role: 'client', maskingKey: () => Number.parseInt(CLIENT_KEY, 16) },
    transform,
  );
  endpoint.streamNext(streaming === 'always');
  for (const [index, chunk] of chunks.entries()) {
    if (streaming !== undefined && index === 1) endpoint.streamNext(true);
    endpoint.receive(chunk);
    do {
      while (suspended) {
        suspended = false;
        endpoint.resume();
      }
    } while (transform?.answer() === true || suspended);
  }
  return { events, written: toHex(out.take()), state: endpoint.state, ended: out.ended };
}

/** Those the vector names; for streams, the limit of whole messages where it does not. */
function limitsOf(protocol: Protocol, vector: FrameVector, streaming: boolean): Limits {
  const whole = vector.maxMessageSize ?? protocol.DEFAULT_MAX_MESSAGE_SIZE[vector.role];
  const limits = {
    maxMessageSize: vector.maxMessageSize,
    maxStreamedMessageSize: vector.maxStreamedMessageSize ?? (streaming ? whole : undefined),
    maxFrameSize: vector.maxFrameSize,
    maxFragments: vector.maxFragments,
  };
  return Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined));
}

/** What the rules of RFC 6455 make of the events: Pongs (5.5.2), the answer to a Close (5.5.1), the Close of a failure (7.1.7). */
export function expectedOutcome(
  protocol: Protocol,
  role: FrameVector['role'],
  events: readonly VectorEvent[],
): Outcome {
  const frames: string[] = [];
  let state: State = 'open';
  let ended = false;
  for (const event of events) {
    if (event[0] === 'ping') {
      frames.push(frameHex(0x8a, event[1]));
    } else if (event[0] === 'failed') {
      frames.push(frameHex(0x88, uint(event[2], 2) + utf8Hex(protocol.VIOLATIONS[event[1]].message)));
      state = 'closing';
      ended = true;
    } else if (event[0] === 'closing') {
      frames.push(event[1] === 1005 ? '8800' : frameHex(0x88, uint(event[1], 2)));
      state = 'closing';
      ended = role === 'server';
    }
  }
  const written = frames.length === 0 || role === 'server' ? frames.join('') : asClient(frames.join('|'), [CLIENT_KEY]);
  return { events: [...events], written: toHex(fromHex(written)), state, ended };
}
