// Whether a client took a response for an open connection. Frames follow the response in the same segment: a client that opened
// answers them.

import type { ClientWire, ResponseChanges } from '../../client-wire.ts';
import { describeIncoming } from '../../describe.ts';
import { CaseFailure } from '../../failure.ts';
import { encodeFrame, ping, text } from '../../wire/frame.ts';
import { isEnd } from './verdicts.ts';

/** What shows that a client opened: a Ping it must answer, and a message it echoes. */
const PROOF: Buffer = Buffer.concat([encodeFrame(ping('open?'), false), encodeFrame(text('open?'), false)]);

/** How long a client that keeps an HTTP connection for later requests may keep it. */
const PATIENCE = 100;

/** The client does not take it for an open connection: nothing comes but the end of TCP. */
export async function notOpened(wire: ClientWire, response: ResponseChanges | Buffer): Promise<void> {
  const head = Buffer.isBuffer(response) ? response : wire.response(response);
  wire.send(Buffer.concat([head, PROOF]));
  await wire.expectRefusal();
}

/** As {@link notOpened}, for a status other than 101: it is HTTP then, with a body, and the client may leave TCP to the tester. */
export async function notSwitched(
  wire: ClientWire,
  start: string,
  fields: ResponseChanges['fields'] = {},
): Promise<void> {
  const length = `${PROOF.length}`;
  const head = wire.response({ start, fields: { 'Content-Length': length, Connection: 'Upgrade, close', ...fields } });
  wire.send(Buffer.concat([head, PROOF]));
  await new Promise((resolve) => setTimeout(resolve, PATIENCE));
  wire.link.finish();
  await wire.expectRefusal();
}

/** Where the RFC leaves a client both: it opens and answers the frames, or it gives up and sends nothing. */
export async function openedOrRefused(wire: ClientWire, response: Buffer): Promise<void> {
  wire.send(response);
  const peer = wire.upgraded();
  peer.ping('open?');
  const incoming = await peer.next('a Pong or the end of the TCP connection');
  if (isEnd(incoming)) return;
  if (incoming.kind !== 'pong') {
    throw new CaseFailure(
      `Expected a Pong or the end of the TCP connection, and received ${describeIncoming(incoming)}.`,
    );
  }
  await peer.finish();
}

/** The response opens the connection: a message comes back. */
export async function opened(wire: ClientWire, send: () => void | Promise<void>): Promise<void> {
  await send();
  const peer = wire.upgraded();
  peer.text('Hello');
  await peer.expectText('Hello');
  await peer.finish();
}
