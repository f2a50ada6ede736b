// How a connection's end is told: one reading of the two Close frames for every shell.

import { ABNORMAL_CLOSURE, type CloseStatus, ConnectionClosedError, type EndingCode } from '@framewire/protocol';
import type { Closure } from './connection.ts';

/** What a shell knows about the end of its connection. */
export interface Outcome {
  /** What the peer's Close frame said, if one came. */
  readonly received?: CloseStatus | undefined;
  /** What our Close frame said, if one was sent. */
  readonly sent?: CloseStatus | undefined;
  /** Whether the peer's Close came before ours was sent. */
  readonly receivedFirst?: boolean | undefined;
  /** Whether both Close frames were exchanged. Needed only where the shell cannot see its own, as in a browser. */
  readonly clean?: boolean | undefined;
  /** Why the connection ended, where the Close frames do not tell; else CLOSED after a clean end and LOST after any other. */
  readonly ending?: EndingCode | undefined;
  /** The ProtocolError, the socket's error, or what a listener threw. */
  readonly cause?: unknown;
}

/** The closure to resolve `closed` with and to end the inbox with. */
export function closureOf(outcome: Outcome): Closure {
  const { received, sent, receivedFirst } = outcome;
  const clean = isClean(outcome);
  const code = received?.code ?? ABNORMAL_CLOSURE;
  const closure: { -readonly [Key in keyof Closure]: Closure[Key] } = { code, reason: received?.reason ?? '', clean };
  if (received) closure.received = received;
  if (sent) closure.sent = sent;
  if (received && sent && receivedFirst !== undefined) closure.receivedFirst = receivedFirst;
  // 1000, 1001 and 1005 are how conversations end; any other code says that something went wrong.
  const expected = clean && endingOf(outcome) === 'CLOSED' && [1000, 1001, 1005].includes(code);
  if (!expected) closure.error = closedError(outcome);
  return closure;
}

/**
 * The error of what can no longer be had. While the closing handshake still runs, pass `ending: 'CLOSED'` unless it is known to
 * be another.
 */
export function closedError(outcome: Outcome): ConnectionClosedError {
  const { received, sent, receivedFirst, cause } = outcome;
  const first = received && sent && receivedFirst;
  return new ConnectionClosedError(endingOf(outcome), { received, sent, receivedFirst: first, cause });
}

function endingOf(outcome: Outcome): EndingCode {
  return outcome.ending ?? (isClean(outcome) ? 'CLOSED' : 'LOST');
}

function isClean({ clean, received, sent }: Outcome): boolean {
  return clean ?? Boolean(received && sent);
}
