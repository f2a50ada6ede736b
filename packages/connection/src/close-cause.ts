// One word for each way a connection can end, for whoever counts endings and looks at many of them. It says who or what began the end; how
// the rest went (whether it was clean, which codes were said) stands in the Closure.

import { type EndingCode, GOING_AWAY, INTERNAL_ERROR } from '@framewire/protocol';
import type { Closure } from './connection.ts';

/**
 * Who or what ended a connection.
 *
 * - `peer-closed`: the peer closed it, with 1000, without a code, or with a code of the application.
 * - `peer-going-away`: the peer closed it with 1001, 1012 or 1013: it shuts down, restarts or is overloaded.
 * - `peer-failed`: the peer closed it with a code that says something went wrong, here or there.
 * - `closed-here`: the application closed it.
 * - `going-away`: the server was closed and told its connections 1001.
 * - `shutdown-forced`: the same, and the connection was still there at the deadline.
 * - `handler-failed`: the server's handler threw.
 * - `listener-failed`: a listener threw.
 * - `stream-failed`: a stream that was being sent failed.
 * - `protocol-error`: the peer broke the protocol.
 * - `limit`: the peer went over a limit on what it may send.
 * - `slow-consumer`: the peer read too slowly for what it was sent.
 * - `queue-overflow`: the application read too slowly, where a peer cannot be slowed down (in a browser).
 * - `keepalive`: the peer gave no byte in time.
 * - `close-timeout`: a Close was sent, and the peer did not close in time.
 * - `terminated`: the application ended it by force.
 * - `lost`: the socket ended or failed while nobody had closed.
 */
export type CloseCause = (typeof CLOSE_CAUSES)[number];

/** Every {@link CloseCause}. */
export const CLOSE_CAUSES = [
  'peer-closed',
  'peer-going-away',
  'peer-failed',
  'closed-here',
  'going-away',
  'shutdown-forced',
  'handler-failed',
  'listener-failed',
  'stream-failed',
  'protocol-error',
  'limit',
  'slow-consumer',
  'queue-overflow',
  'keepalive',
  'close-timeout',
  'terminated',
  'lost',
] as const;

/** What each code of an ending says by itself; a function where more has to be looked at. */
const CAUSES: Readonly<Record<EndingCode, CloseCause | ((closure: Closure) => CloseCause)>> = {
  CLOSED: beganBy,
  LOST: beganBy,
  VIOLATED: ({ error }) => (isOverLimit(error?.cause) ? 'limit' : 'protocol-error'),
  PONG_TIMEOUT: 'keepalive',
  CLOSE_TIMEOUT: 'close-timeout',
  SLOW_CONSUMER: 'slow-consumer',
  QUEUE_OVERFLOW: 'queue-overflow',
  LISTENER_FAILED: 'listener-failed',
  STREAM_FAILED: 'stream-failed',
  // The one connection that is told 1001 and then ended by force is one of a server that closes.
  TERMINATED: ({ sent }) => (sent?.code === GOING_AWAY ? 'shutdown-forced' : 'terminated'),
};

/** Says in one word who or what ended the connection. */
export function closeCause(closure: Closure): CloseCause {
  const cause = CAUSES[closure.error?.code ?? 'CLOSED'];
  return typeof cause === 'function' ? cause(closure) : cause;
}

/** Whose Close came first, and what it said: a peer that hangs up without an answer to ours does not change why. */
function beganBy({ received, sent, receivedFirst }: Closure): CloseCause {
  if (received !== undefined && (receivedFirst ?? sent === undefined)) return saidByPeer(received.code);
  if (sent === undefined) return 'lost';
  // Codes that no application may send (RFC 6455, section 7.4): the shells say them for their own reasons.
  if (sent.code === GOING_AWAY) return 'going-away';
  return sent.code === INTERNAL_ERROR ? 'handler-failed' : 'closed-here';
}

function saidByPeer(code: number): CloseCause {
  if (code === 1000 || code === 1005 || code >= 3000) return 'peer-closed';
  return code === 1001 || code === 1012 || code === 1013 ? 'peer-going-away' : 'peer-failed';
}

/** Whether it is a ProtocolError with one of the two codes for too much. By its field, for it may be of another copy of the module. */
function isOverLimit(cause: unknown): boolean {
  const { closeCode } = Object(cause) as { closeCode?: unknown };
  return closeCode === 1008 || closeCode === 1009;
}
