// What becomes of a message for a peer that reads too slowly: the house's answer, or the application's. Whoever decides, the queue has an end.

import { UsageError } from '@framewire/protocol';
import type { NodeConnection } from './node-connection.ts';

/** `close` closes the connection with 1008, `drop` drops the message, `keep` queues it all the same. */
export type SlowConsumerVerdict = 'close' | 'drop' | 'keep';

/**
 * What happens when a message is sent while more than `maxSendQueue` bytes are unsent: always the same, or what a function says of this
 * connection. It is asked for each such message, inside `send` or `broadcast`, and nothing waits for it. `connection.bufferedAmount` says how
 * much is queued, `connection.droppedMessages` how much was dropped before. If it throws, or returns anything else, the connection is closed.
 */
export type SlowConsumer = 'close' | 'drop' | ((connection: NodeConnection) => SlowConsumerVerdict);

/** How many times `maxSendQueue` is kept on the word of a function, which may say `keep` for ever. */
const MOST_KEPT = 2;

/** @throws UsageError INVALID_OPTION unless it is one of the words or a function */
export function checkSlowConsumer(value: unknown = 'close'): SlowConsumer {
  if (value === 'close' || value === 'drop' || typeof value === 'function') return value as SlowConsumer;
  throw new UsageError('INVALID_OPTION', `slowConsumer must be 'close', 'drop' or a function, not ${String(value)}.`);
}

/**
 * @param connection absent where the shell has none to show, and then nobody can be asked
 * @throws what the function throws, and UsageError INVALID_ARGUMENT for what it may not return
 */
export function verdictOn(
  policy: SlowConsumer,
  connection: NodeConnection | undefined,
  bufferedAmount: number,
  maxSendQueue: number,
): SlowConsumerVerdict {
  if (typeof policy === 'string') return policy;
  if (connection === undefined) return 'close';
  const verdict: unknown = policy(connection);
  if (verdict === 'keep') return bufferedAmount <= MOST_KEPT * maxSendQueue ? 'keep' : 'close';
  if (verdict === 'close' || verdict === 'drop') return verdict;
  // What an async function throws comes too late to be heard, and must not end the process.
  Promise.resolve(verdict).catch(ignore);
  throw new UsageError(
    'INVALID_ARGUMENT',
    `slowConsumer must return 'close', 'drop' or 'keep' at once, not ${String(verdict)}.`,
  );
}

function ignore(): void {
  // That it took its time is told instead.
}
