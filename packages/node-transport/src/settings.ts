// What an application may set about its connections, checked once for each server or client and shared by all their connections.

import type { Clock } from '@framewire/connection';
import { type EndpointOptions, EndpointSettings, type Limits, limit, type Role, UsageError } from '@framewire/protocol';
import type { ControlFrameLimit } from './control-frame-meter.ts';
import { Deadlines } from './deadlines.ts';
import { type DeflateOptions, type DeflateSettings, settleDeflate } from './deflate/settings.ts';
import { Keepalive } from './keepalive.ts';
import { nodeMask } from './mask.ts';
import { randomMaskingKey } from './masking-key.ts';
import { foreignMemory, socketMemory } from './payload-memory.ts';
import { checkSlowConsumer, type SlowConsumer } from './slow-consumer.ts';
import { systemClock } from './system-clock.ts';
import { clientTally, Tally } from './tally.ts';
import { nodeText } from './text-codec.ts';

/** When a quiet peer is pinged, and when it is given up. */
export interface KeepaliveOptions {
  /** Milliseconds of silence before a Ping. 1 to 2^31 - 1; default 25,000. */
  readonly interval?: number;
  /** Milliseconds a peer has from the Ping to give any byte. 1 to 2^31 - 1; default 20,000. */
  readonly deadline?: number;
}

/** How connections of a server or client behave. All sizes are bytes, all times milliseconds. */
export interface TransportOptions extends Limits {
  /** Over this many unsent bytes `send` returns false. Default 1 MiB. */
  readonly sendHighWater?: number;
  /** Over this many unsent bytes the slow-consumer policy applies. At least `sendHighWater`; default 4 MiB. */
  readonly maxSendQueue?: number;
  /**
   * What happens when `send` is called over `maxSendQueue`: `close` (default) closes with 1008, `drop` drops the message, and a function
   * decides for each message: `close`, `drop`, or `keep`, which queues it as long as no more than twice `maxSendQueue` is unsent. Closed or
   * dropped, `send` returns false; `closure.error.cause` and `connection.droppedMessages` tell what was done.
   */
  readonly slowConsumer?: SlowConsumer;
  /** Over this many bytes of unread messages the socket is no longer read. Default 256 KiB. */
  readonly receiveHighWater?: number;
  /** Liveness checks; `false` turns them off, and then a vanished peer is noticed only when sending to it fails. */
  readonly keepalive?: KeepaliveOptions | false;
  /**
   * How long a peer may take to answer a Close before the socket is destroyed; what is queued before it may take longer, as long as it
   * moves at least once in six such times. Default 5,000.
   */
  readonly closeTimeout?: number;
  /** Most control frames of a peer in a while, answers to our own Pings not counted. Default 100 in 10,000 ms. */
  readonly maxControlFrames?: Partial<ControlFrameLimit>;
  /** Messages handled for one connection before others get their turn. Default 64. */
  readonly messagesPerTurn?: number;
  /** Bytes read for one connection before others get their turn. Default 64 KiB. */
  readonly bytesPerTurn?: number;
  /** Whether messages may be compressed (RFC 7692), or how. Default false. */
  readonly deflate?: boolean | DeflateOptions;
  /** Time, for tests. */
  readonly clock?: Clock;
}

/** {@link TransportOptions} after the check. */
export interface TransportSettings {
  readonly endpoint: EndpointSettings;
  /** The same for a stream that is no socket: what it reads may be somebody else's as well. */
  readonly foreignEndpoint: EndpointSettings;
  readonly sendHighWater: number;
  readonly maxSendQueue: number;
  readonly slowConsumer: SlowConsumer;
  /** Undefined where compression is off. */
  readonly deflate: DeflateSettings | undefined;
  readonly inbox: { readonly highWater: number };
  readonly keepalive: Keepalive | undefined;
  /** Of the keepalive, in milliseconds; 0 without. */
  readonly pongDeadline: number;
  /** Where connections wait for their peers to close: one timer for all. */
  readonly closing: Deadlines;
  readonly maxControlFrames: ControlFrameLimit;
  readonly messagesPerTurn: number;
  readonly bytesPerTurn: number;
  readonly clock: Clock;
  /** What all of them have done. */
  readonly tally: Tally;
}

const MAX_DELAY = 2 ** 31 - 1;
const MIB = 1024 * 1024;

/**
 * A time in milliseconds, or the default when it is undefined.
 *
 * @throws UsageError INVALID_OPTION unless the value is from 1 to 2^31 - 1, the longest a timer can wait
 */
export function duration(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && value >= 1 && value <= MAX_DELAY) return value;
  throw new UsageError('INVALID_OPTION', `${name} must be 1 to ${MAX_DELAY} milliseconds, not ${String(value)}.`);
}

/** @throws UsageError INVALID_OPTION, naming the option that is out of range */
export function settle(options: TransportOptions, role: Role): TransportSettings {
  const { clock = systemClock } = options;
  if (typeof clock?.now !== 'function' || typeof clock.schedule !== 'function') {
    throw new UsageError('INVALID_OPTION', 'clock must have the methods now and schedule.');
  }
  const sendHighWater = limit('sendHighWater', options.sendHighWater, MIB);
  const { maxControlFrames = {}, keepalive = {}, deflate = false } = options;
  if (typeof maxControlFrames !== 'object' || maxControlFrames === null) {
    throw new UsageError('INVALID_OPTION', 'maxControlFrames must be an object with count and window.');
  }
  const endpoint: EndpointOptions = {
    role,
    mask: nodeMask,
    text: nodeText,
    maskingKey: randomMaskingKey,
    maxMessageSize: options.maxMessageSize,
    maxStreamedMessageSize: options.maxStreamedMessageSize,
    maxFrameSize: options.maxFrameSize,
    maxFragments: options.maxFragments,
    maxQueuedPongs: options.maxQueuedPongs,
  };
  return {
    endpoint: new EndpointSettings({ ...endpoint, memory: socketMemory }),
    foreignEndpoint: new EndpointSettings({ ...endpoint, memory: foreignMemory }),
    sendHighWater,
    maxSendQueue: limit('maxSendQueue', options.maxSendQueue, Math.max(4 * MIB, sendHighWater), sendHighWater),
    slowConsumer: checkSlowConsumer(options.slowConsumer),
    deflate: settleDeflate(deflate, role),
    inbox: { highWater: limit('receiveHighWater', options.receiveHighWater, 256 * 1024) },
    ...settleKeepalive(keepalive, clock),
    closing: new Deadlines(duration('closeTimeout', options.closeTimeout, 5_000), clock),
    maxControlFrames: {
      count: limit('maxControlFrames.count', maxControlFrames.count, 100),
      window: duration('maxControlFrames.window', maxControlFrames.window, 10_000),
    },
    messagesPerTurn: limit('messagesPerTurn', options.messagesPerTurn, 64),
    bytesPerTurn: limit('bytesPerTurn', options.bytesPerTurn, 64 * 1024),
    clock,
    tally: role === 'server' ? new Tally() : clientTally,
  };
}

function settleKeepalive(
  options: KeepaliveOptions | false,
  clock: Clock,
): Pick<TransportSettings, 'keepalive' | 'pongDeadline'> {
  if (options === false) return { keepalive: undefined, pongDeadline: 0 };
  if (typeof options !== 'object' || options === null) {
    throw new UsageError('INVALID_OPTION', 'keepalive must be false or an object with interval and deadline.');
  }
  const interval = duration('keepalive.interval', options.interval, 25_000);
  const deadline = duration('keepalive.deadline', options.deadline, 20_000);
  return { keepalive: new Keepalive(interval, deadline, clock), pongDeadline: deadline };
}
