// Gives each received vector to an Endpoint whole, byte by byte, cut in two at every point, with suspensions, and with bytes behind it:
// the events, the answer and the state must be the same every time.

import type { EndpointHandler, ProtocolError, State } from '../../src/index.ts';
import type { FrameVector, VectorEvent } from './frame-vector.ts';
import { validFrames } from './frames-valid.ts';
import { brokenFrames } from './frames-violations.ts';
import type { Protocol, Report } from './replay.ts';
import { difference, singleBytes, splitPoints, verdict } from './verdict.ts';
import { asClient, frameHex, fromHex, toHex, uint, utf8Hex } from './wire.ts';

/** The key of every frame the client under test sends. */
const CLIENT_KEY = '5a3c69f0';

/** What a vector led to. */
interface Outcome {
  events: VectorEvent[];
  /** What the endpoint answered, as hex. */
  written: string;
  state: State;
  /** Whether the transport's sending side was ended. */
  ended: boolean;
}

/** Replays every frame vector an endpoint can receive. */
export function replayReceivedFrames(protocol: Protocol, report: Report): void {
  for (const vector of [...validFrames, ...brokenFrames]) {
    verdict(report, `${vector.name} (to a ${vector.role})`, () => check(protocol, vector));
  }
}

function check(protocol: Protocol, vector: FrameVector): string | undefined {
  const bytes = fromHex(vector.bytes);
  const expected = expectedOutcome(protocol, vector.role, vector.events);
  const whole = (): Uint8Array[] => [new Uint8Array(bytes)];
  const same = (way: string, chunks: readonly Uint8Array[], suspending = false): string | undefined =>
    difference(way, receive(protocol, vector, chunks, suspending), expected);

  const wrong =
    same('whole', whole()) ??
    same('byte by byte', singleBytes(bytes)) ??
    same('whole, suspended in every call', whole(), true) ??
    same('byte by byte, suspended in every call', singleBytes(bytes), true) ??
    trailing(protocol, vector, bytes, expected);
  if (wrong !== undefined) return wrong;
  for (const at of splitPoints(bytes.length)) {
    const cut = same(`cut at ${at}`, [bytes.slice(0, at), bytes.slice(at)]);
    if (cut !== undefined) return cut;
  }
  return undefined;
}

/** Behind an ending anything may stand, and is not looked at. Behind anything else another frame follows, or the beginning of one. */
function trailing(protocol: Protocol, vector: FrameVector, bytes: Uint8Array, expected: Outcome): string | undefined {
  const followedBy = (hex: string): Uint8Array[] => [joined(bytes, fromHex(hex))];
  if (expected.state !== 'open') {
    return difference('garbage behind it', receive(protocol, vector, followedBy('00ff81'.repeat(20)), false), expected);
  }
  const ping = (payload: string): string =>
    vector.role === 'client' ? frameHex(0x89, payload) : asClient(frameHex(0x89, payload));
  const events: VectorEvent[] = [...vector.events, ['ping', 'beef']];
  return (
    difference('a Ping behind it', receive(protocol, vector, followedBy(ping('beef')), false), {
      ...expectedOutcome(protocol, vector.role, events),
    }) ??
    difference(
      'half a header behind it',
      receive(protocol, vector, followedBy(ping('beef').slice(0, 2)), false),
      expected,
    )
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function receive(protocol: Protocol, vector: FrameVector, chunks: readonly Uint8Array[], suspending: boolean): Outcome {
  const events: VectorEvent[] = [];
  let suspended = false;
  const record = (event: VectorEvent): void => {
    events.push(event);
    if (!suspending) return;
    suspended = true;
    endpoint.suspend();
  };
  const handler: EndpointHandler = {
    text: (message) => record(['text', message]),
    binary: (message) => record(['binary', toHex(message)]),
    ping: (payload) => record(['ping', toHex(payload)]),
    pong: (payload) => record(['pong', toHex(payload)]),
    failed: (error: ProtocolError) => record(['failed', error.code, error.closeCode]),
    stateChanged: () => {
      const { received } = endpoint;
      if (received !== undefined) record(['closing', received.code, received.reason]);
    },
  };
  const out = new protocol.BufferSink();
  const limits = {
    ...(vector.maxMessageSize === undefined ? {} : { maxMessageSize: vector.maxMessageSize }),
    ...(vector.maxFrameSize === undefined ? {} : { maxFrameSize: vector.maxFrameSize }),
    ...(vector.maxFragments === undefined ? {} : { maxFragments: vector.maxFragments }),
  };
  const endpoint = new protocol.Endpoint(
    handler,
    out,
    vector.role === 'server'
      ? { ...limits, role: 'server' }
      : { ...limits, role: 'client', maskingKey: () => Number.parseInt(CLIENT_KEY, 16) },
  );
  for (const chunk of chunks) {
    endpoint.receive(chunk);
    while (suspended) {
      suspended = false;
      endpoint.resume();
    }
  }
  return { events, written: toHex(out.take()), state: endpoint.state, ended: out.ended };
}

/** What the rules of RFC 6455 make of the events: Pongs (5.5.2), the answer to a Close (5.5.1), the Close of a failure (7.1.7). */
function expectedOutcome(protocol: Protocol, role: FrameVector['role'], events: readonly VectorEvent[]): Outcome {
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
