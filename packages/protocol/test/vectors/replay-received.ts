// Gives each received vector to an Endpoint whole, byte by byte, cut in two at every point, with suspensions, and with bytes behind it, and
// all that again with every message asked for as a stream: the events, the answer and the state must be the same every time. A stream
// counts as its message once it has ended; of one that is cut short by a violation nothing is told, as of a message that comes whole. Where
// a stream rightly leads to something else, the vector says to what: the limits of whole messages and of their fragments do not bind it.

import type { FrameVector } from './frame-vector.ts';
import { validFrames } from './frames-valid.ts';
import { brokenFrames } from './frames-violations.ts';
import { expectedOutcome, type Outcome, receive, type Way } from './received-outcome.ts';
import type { Protocol, Report } from './replay.ts';
import type { TableTransform } from './table-transform.ts';
import { difference, inChunksOf, singleBytes, splitPoints, verdict } from './verdict.ts';
import { asClient, frameHex, fromHex, joined } from './wire.ts';

/** Replays every frame vector an endpoint without an extension can receive. */
export function replayReceivedFrames(protocol: Protocol, report: Report): void {
  for (const vector of [...validFrames, ...brokenFrames]) {
    verdict(report, `${vector.name} (to a ${vector.role})`, () => checkReceived(protocol, vector));
  }
}

/** Replays one in every way, and says what differs. `transform` makes the extension it needs, new for each time. */
export function checkReceived(
  protocol: Protocol,
  vector: FrameVector,
  transform?: () => TableTransform,
): string | undefined {
  const { role, events, streamed } = vector;
  const whole = expectedOutcome(protocol, role, events);
  const parts = streamed === undefined ? whole : expectedOutcome(protocol, role, streamed);
  return (
    checkWays(protocol, vector, whole, {}, transform) ??
    checkWays(protocol, vector, parts, { streaming: 'always' }, transform) ??
    // Where the two differ, it depends on the cut which it is.
    (streamed === undefined ? checkSwitch(protocol, vector, whole, transform) : undefined)
  );
}

function checkWays(
  protocol: Protocol,
  vector: FrameVector,
  expected: Outcome,
  way: Way,
  transform: (() => TableTransform) | undefined,
): string | undefined {
  const bytes = fromHex(vector.bytes);
  const name = way.streaming === undefined ? '' : ', as streams';
  const same = (how: string, chunks: readonly Uint8Array[], suspending = false): string | undefined =>
    difference(
      `${how}${name}`,
      receive(protocol, vector, chunks, { ...way, suspending, ...made(transform) }),
      expected,
    );

  const wrong =
    same('whole', [new Uint8Array(bytes)]) ??
    same('byte by byte', singleBytes(bytes)) ??
    same('in chunks of 997 bytes', inChunksOf(bytes, 997)) ??
    same('whole, suspended in every call', [new Uint8Array(bytes)], true) ??
    (bytes.length > LONG ? undefined : same('byte by byte, suspended in every call', singleBytes(bytes), true)) ??
    checkTrailing(protocol, vector, bytes, expected, { ...way, ...made(transform) });
  if (wrong !== undefined || (bytes.length > LONG && way.streaming !== undefined)) return wrong;
  for (const at of splitPoints(bytes.length)) {
    const cut = same(`cut at ${at}`, [bytes.slice(0, at), bytes.slice(at)]);
    if (cut !== undefined) return cut;
  }
  return undefined;
}

/** Of vectors so long, the ways that have nothing to do with length are left out. */
const LONG = 10_000;

/** Messages are asked for as streams only behind the first chunk: at every point, also in the middle of a message. */
function checkSwitch(
  protocol: Protocol,
  vector: FrameVector,
  expected: Outcome,
  transform: (() => TableTransform) | undefined,
): string | undefined {
  const bytes = fromHex(vector.bytes);
  const middle = bytes.length >>> 1;
  for (const at of bytes.length > LONG ? [middle] : splitPoints(bytes.length)) {
    for (const suspending of [false, true]) {
      const way: Way = { streaming: 'behind the first chunk', suspending, ...made(transform) };
      const outcome = receive(protocol, vector, [bytes.slice(0, at), bytes.slice(at)], way);
      const wrong = difference(`as streams from ${at} on${suspending ? ', suspended' : ''}`, outcome, expected);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

function made(transform: (() => TableTransform) | undefined): Pick<Way, 'transform'> {
  return transform === undefined ? {} : { transform: transform() };
}

/** Behind an ending anything may stand, and is not looked at. Behind anything else another frame follows, or the beginning of one. */
function checkTrailing(
  protocol: Protocol,
  vector: FrameVector,
  bytes: Uint8Array,
  expected: Outcome,
  way: Way,
): string | undefined {
  const name = way.streaming === undefined ? '' : ', as streams';
  const followedBy = (hex: string): Outcome => receive(protocol, vector, [joined([bytes, fromHex(hex)])], way);
  if (expected.state !== 'open') {
    return difference(`garbage behind it${name}`, followedBy('00ff81'.repeat(20)), expected);
  }
  const ping = vector.role === 'client' ? frameHex(0x89, 'beef') : asClient(frameHex(0x89, 'beef'));
  const answered = expectedOutcome(protocol, vector.role, [...expected.events, ['ping', 'beef']]);
  return (
    difference(`a Ping behind it${name}`, followedBy(ping), answered) ??
    difference(`half a header behind it${name}`, followedBy(ping.slice(0, 2)), expected)
  );
}
