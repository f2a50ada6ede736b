// Octets behind the request: frames that came too early, and bodies that must not be taken for frames.

import type { ServerWire } from '../../server-wire.ts';
import { encodeFrame, ping, text } from '../../wire/frame.ts';
import { serverHandshake, type Unnumbered } from './family.ts';
import { refusedOrEnded, stillServes } from './server-verdicts.ts';
import { isEnd } from './verdicts.ts';

function masked(message: string): Buffer {
  return encodeFrame(text(message), true);
}

/** A client must wait for the response (section 4.1), so a server may refuse; what it may not do is lose them or wait for ever. */
function early(
  title: string,
  count: number,
  send: (wire: ServerWire, request: Buffer, frames: Buffer) => void | Promise<void>,
): Unnumbered {
  return serverHandshake({
    title,
    expectation:
      'The server echoes every message that came early, in order, or refuses the connection or ends it, which is right too as the client had to wait.',
    rfc: '6455 4.1',
    async run(wire) {
      const messages = Array.from({ length: count }, (_, index) => `early ${index}`);
      await send(wire, wire.request(), Buffer.concat(messages.map(masked)));
      const peer = await wire.expectUpgradeOrRefusal();
      if (peer === undefined) return;
      for (const message of messages) {
        const incoming = await peer.next(`the message “${message}” or the end of the connection`);
        if (isEnd(incoming)) return;
        if (incoming.kind === 'close') return peer.expectEnd();
        peer.check(incoming, false, message);
      }
      await peer.finish();
    },
  });
}

/** The body is a frame. */
function body(
  title: string,
  rfc: string,
  fields: Readonly<Record<string, string>>,
  framed: (frame: Buffer) => Buffer,
): Unnumbered {
  return serverHandshake({
    title,
    expectation:
      'The server refuses, or switches protocols and takes as frames only what follows the body: it never takes the body for frames.',
    rfc,
    async run(wire) {
      const smuggled = encodeFrame(text('smuggled'), true);
      wire.send(Buffer.concat([wire.request({ fields }), framed(smuggled)]));
      const peer = await wire.expectUpgradeOrRefusal();
      if (peer !== undefined) {
        peer.text('real');
        const incoming = await peer.next('the message “real” or the end of the connection');
        if (!isEnd(incoming)) {
          if (incoming.kind === 'close') await peer.expectEnd();
          else peer.check(incoming, false, 'real');
        }
      }
      await stillServes(wire);
    },
  });
}

const ONE_FRAME = masked('early 0').length;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3));
}

export const smuggling: readonly Unnumbered[] = [
  ...[1, 2, 10, 200].map((count) =>
    early(
      `${count === 1 ? 'A message' : `${count} messages`} in the same segment as the request`,
      count,
      (wire, request, frames) => wire.send(Buffer.concat([request, frames])),
    ),
  ),
  ...Array.from({ length: ONE_FRAME - 1 }, (_, index) => index + 1).map((cut) =>
    early(
      `The first ${cut === 1 ? 'octet' : `${cut} octets`} of a message in the same segment as the request`,
      1,
      async (wire, request, frames) => {
        wire.send(Buffer.concat([request, frames.subarray(0, cut)]));
        await pause();
        wire.send(frames.subarray(cut));
      },
    ),
  ),
  early('A message right behind the request, in writes of 1 octet', 1, (wire, request, frames) =>
    wire.sendInChops(1, Buffer.concat([request, frames])),
  ),
  body(
    'Content-Length and a body that is a frame',
    '9110 7.8',
    { 'Content-Length': `${masked('smuggled').length}` },
    (frame) => frame,
  ),
  serverHandshake({
    title: 'Content-Length: 0',
    expectation: 'The server switches protocols and echoes, or refuses.',
    rfc: '9110 7.8',
    async run(wire) {
      wire.sendRequest({ fields: { 'Content-Length': '0' } });
      const peer = await wire.expectUpgradeOrRefusal();
      if (peer === undefined) return;
      peer.text('Hello');
      await peer.expectText('Hello');
      await peer.finish();
    },
  }),
  body('A chunked body that is a frame', '9110 7.8', { 'Transfer-Encoding': 'chunked' }, (frame) =>
    Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, Buffer.from('\r\n0\r\n\r\n')]),
  ),
  refusedOrEnded('Content-Length that is no number', '9112 6.3', { fields: { 'Content-Length': 'abc' } }),
  refusedOrEnded('Two lines of Content-Length that differ', '9112 6.3', { fields: { 'Content-Length': ['5', '6'] } }),
  refusedOrEnded('A negative Content-Length', '9112 6.3', { fields: { 'Content-Length': '-1' } }),
  serverHandshake({
    title: 'Frames behind a request that is refused',
    expectation: 'The server refuses with an HTTP error or ends the connection, and never answers the frames.',
    rfc: '6455 4.2.1',
    async run(wire) {
      const frames = Buffer.concat([encodeFrame(ping('smuggled'), true), masked('smuggled')]);
      wire.send(Buffer.concat([wire.request({ fields: { 'Sec-WebSocket-Key': 'short' } }), frames]));
      await wire.expectRefusalOrEnd();
      await stillServes(wire);
    },
  }),
];
