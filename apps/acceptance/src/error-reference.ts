// Writes docs/errors.md from the tables in packages/protocol/src/errors.ts, so that the reference cannot drift from what the code does.
// `pnpm errors` writes it; a test fails when it is not current.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type EndingCode, REFUSALS, type Refusal, VIOLATIONS, type Violation } from '@framewire/protocol';

/** What each code of a ConnectionClosedError means. */
export const ENDINGS: Readonly<Record<EndingCode, string>> = {
  CLOSED: 'The connection was closed.',
  LOST: 'The connection was lost without a closing handshake.',
  VIOLATED: 'The peer broke the protocol.',
  PONG_TIMEOUT: 'The peer gave no sign of life within the pong deadline.',
  CLOSE_TIMEOUT: 'The peer did not finish the closing handshake in time.',
  SLOW_CONSUMER: 'The peer read too slowly.',
  QUEUE_OVERFLOW: 'Messages came faster than they were read.',
  LISTENER_FAILED: 'The listener threw.',
  STREAM_FAILED: 'What was to be sent as a stream failed in the middle of a message.',
  TERMINATED: 'The connection was terminated here.',
};

const FILE: URL = new URL('../../../docs/errors.md', import.meta.url);

function row(...cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function rows<Row>(table: Readonly<Record<string, Row>>, cells: (row: Row) => readonly (string | number)[]): string[] {
  return Object.entries(table).map(([code, entry]) => row(`\`${code}\``, ...cells(entry)));
}

/** The reference as Markdown. */
export function errorReference(): string {
  const violations: Readonly<Record<string, Violation>> = VIOLATIONS;
  const refusals: Readonly<Record<string, Refusal>> = REFUSALS;
  return [
    '# Errors, by code',
    '',
    'Made by `pnpm errors` from `packages/protocol/src/errors.ts`. Every error is a `WebSocketError` with a `code`; compare that, not the message.',
    '',
    '## `UsageError`: you called it wrongly',
    '',
    'Thrown at the call, with what to do in the message; never changes the state of a connection.',
    '',
    '## `ProtocolError`: the peer broke the protocol after the opening handshake',
    '',
    'The peer gets the close code, you get the error as the `cause` of the `ConnectionClosedError` in `closure.error`.',
    '',
    row('code', 'close code', 'section', 'meaning'),
    row('---', '---', '---', '---'),
    ...rows(violations, ({ closeCode, section, message }) => [closeCode, section, message]),
    '',
    '## `HandshakeError`: the opening handshake failed',
    '',
    'A server answers with the status. On a client, `status` is the one it got, or 0 when no response came; `phase` says how far it got, and `response` holds the head.',
    '',
    row('code', 'status', 'section', 'meaning'),
    row('---', '---', '---', '---'),
    ...rows(refusals, ({ status, section, message }) => [status === 0 ? 'client only' : status, section, message]),
    '',
    '## `ConnectionClosedError`: the connection has ended',
    '',
    "In `closure.error` after anything but a clean 1000, 1001 or 1005; also what a loop throws then, and what `drained()` and `ping()` reject with once the connection is no longer open. It says what each Close frame said (`received`, `sent`, `receivedFirst`), and its `cause` is the ProtocolError, the socket's error, what your listener threw, or, on Node, the `LimitError` that names the option and its value.",
    '',
    row('code', 'meaning'),
    row('---', '---'),
    ...rows<string>(ENDINGS, (meaning) => [meaning]),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, errorReference());
