// Which option set the limit that an error is about. What carries a LimitError has it there; the protocol's own errors have a code that stands
// for one option, unless their message names another.

import type { HandshakeError, ProtocolError } from '@framewire/protocol';
import { LimitError } from './limit-error.ts';

/** Options that set a limit, as `framewire:limit` and the metrics name them. */
export const LIMIT_OPTIONS: readonly string[] = [
  'maxMessageSize',
  'maxStreamedMessageSize',
  'maxFrameSize',
  'maxFragments',
  'maxControlFrames',
  'maxSendQueue',
  'keepalive.deadline',
  'closeTimeout',
  'maxHeadBytes',
  'maxFields',
  'handshakeTimeout',
  'maxConnections',
  'maxConnectionsPerAddress',
  'maxPendingHandshakes',
  'maxPendingHandshakesPerAddress',
];

/** Codes that are about a limit, with the option that sets it. Of a server that is full the message tells which; of one that closes, none is. */
const BY_CODE: ReadonlyMap<string, string | undefined> = new Map([
  ['MESSAGE_TOO_BIG', 'maxMessageSize'],
  ['FRAME_TOO_BIG', 'maxFrameSize'],
  ['TOO_MANY_FRAGMENTS', 'maxFragments'],
  ['TOO_MANY_CONTROL_FRAMES', 'maxControlFrames'],
  ['HEAD_TOO_LARGE', 'maxHeadBytes'],
  ['HANDSHAKE_TIMEOUT', 'handshakeTimeout'],
  ['UNAVAILABLE', undefined],
]);

/** The option whose limit the error is about; undefined for any other error. */
export function limitOptionOf(error: ProtocolError | HandshakeError | LimitError): string | undefined {
  if (error instanceof LimitError) return error.option;
  const { code, message, cause } = error;
  if (cause instanceof LimitError) return cause.option;
  // Messages of other errors quote the peer, which could name any option.
  if (!BY_CODE.has(code)) return undefined;
  const words = message.split(/\W+/);
  return LIMIT_OPTIONS.find((option) => words.includes(option)) ?? BY_CODE.get(code);
}
