// What can be set about a probe, and what holds when it is not set.

import { checkMessage, type Message } from '@framewire/connection';
import { UsageError } from '@framewire/protocol';

/** How to ask a server whether it is there. Times are milliseconds, 1 to 2^31 - 1. */
export interface ProbeOptions {
  /** What is sent, such as `'ping'`, or a function that makes it. The server must answer it. */
  readonly message: Message | (() => Message);
  /** Whether a message is the server's answer to a probe. Such a message is not given to the application. */
  readonly isAnswer: (message: Message) => boolean;
  /** After so long without any message from the server it is asked. Default 25,000. */
  readonly interval?: number;
  /** So long after a probe without any message the connection is lost. Default 20,000. */
  readonly deadline?: number;
  /** The deadline of the probe that is sent at once when the page wakes up or is online again. Default 1,000. */
  readonly wakeDeadline?: number;
  /** As that of `connect`: the queue of a connection with a probe stands here. 1 to 2^31 - 1; default 64 MiB. */
  readonly maxReceiveQueue?: number;
}

/** {@link ProbeOptions} after the check. */
export interface ProbeSettings {
  readonly makeMessage: () => Message;
  readonly isAnswer: (message: Message) => boolean;
  readonly interval: number;
  readonly deadline: number;
  readonly wakeDeadline: number;
  readonly maxReceiveQueue: number;
}

/** The longest a timer can wait, and more bytes than any engine queues. */
const MOST = 2_147_483_647;

/** @throws UsageError INVALID_OPTION naming the option that is wrong, INVALID_ARGUMENT when `message` cannot be sent */
export function settleProbe(options: ProbeOptions): ProbeSettings {
  const { message, isAnswer } = options;
  if (typeof message !== 'function') checkMessage(message);
  if (typeof isAnswer !== 'function') {
    throw new UsageError('INVALID_OPTION', "isAnswer must be a function, such as (message) => message === 'pong'.");
  }
  return {
    makeMessage: typeof message === 'function' ? message : () => message,
    isAnswer,
    interval: within('interval', options.interval, 25_000),
    deadline: within('deadline', options.deadline, 20_000),
    wakeDeadline: within('wakeDeadline', options.wakeDeadline, 1000),
    maxReceiveQueue: within('maxReceiveQueue', options.maxReceiveQueue, 64 * 1024 * 1024),
  };
}

function within(name: keyof ProbeOptions, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && value >= 1 && value <= MOST) return value;
  throw new UsageError('INVALID_OPTION', `${name} must be 1 to ${MOST}.`);
}
