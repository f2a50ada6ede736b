// What may be sent, and what a waiting message costs.

import { UsageError } from '@framewire/protocol';
import type { Message } from './connection.ts';

/** Bytes a waiting message is taken to cost beside its content, so that a flood of empty messages is bounded too. */
export const MESSAGE_OVERHEAD = 64;

/** Bytes of memory a waiting message is taken to cost: two for each UTF-16 code unit of text, since a string may need them. */
export function messageSize(message: Message): number {
  return MESSAGE_OVERHEAD + (typeof message === 'string' ? message.length * 2 : message.byteLength);
}

/**
 * Throws unless the value can be sent, by the same rule on every side of the wire.
 *
 * @throws UsageError INVALID_ARGUMENT for anything but a string or Uint8Array
 */
export function checkMessage(value: unknown): asserts value is Message {
  if (typeof value === 'string' || value instanceof Uint8Array) return;
  // A Uint8Array of another realm (a Node vm context, an iframe) is one as well.
  if (Object(value)[Symbol.toStringTag] === 'Uint8Array') return;
  throw new UsageError('INVALID_ARGUMENT', 'A message is a string or Uint8Array.');
}
