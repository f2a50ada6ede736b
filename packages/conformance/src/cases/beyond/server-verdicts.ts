// How a server may answer a request, and whether it lives on.

import type { ServerHandshakeCase } from '../../case.ts';
import type { Asked, RequestChanges, ServerWire } from '../../server-wire.ts';
import { serverHandshake, type Unnumbered } from './family.ts';

export type Send = RequestChanges | ((wire: ServerWire) => void | Promise<void>);

async function sendOn(wire: ServerWire, send: Send): Promise<void> {
  if (typeof send === 'function') await send(wire);
  else wire.sendRequest(send);
}

/** A right 101, and a message comes back. */
export function accepted(title: string, rfc: string, send: Send, asked: Asked = {}): Unnumbered<ServerHandshakeCase> {
  return serverHandshake({
    title,
    expectation: 'The server switches protocols with a right response, and echoes.',
    rfc,
    async run(wire) {
      await sendOn(wire, send);
      const peer = await wire.expectUpgrade(asked);
      peer.text('Hello');
      await peer.expectText('Hello');
      await peer.finish();
    },
  });
}

/** An error in HTTP; any that begins with 4 or 5 unless some are named. */
export function refused(
  title: string,
  rfc: string,
  send: Send,
  statuses: readonly number[] = [],
): Unnumbered<ServerHandshakeCase> {
  const said = statuses.length === 0 ? 'an HTTP error' : statuses.join(' or ');
  return serverHandshake({
    title,
    expectation: `The server refuses with ${said}, and does not switch protocols.`,
    rfc,
    async run(wire) {
      await sendOn(wire, send);
      await wire.expectRefusal(...statuses);
    },
  });
}

/** As {@link refused}, and closing TCP without a response is right too, for what is hardly HTTP. */
export function refusedOrEnded(title: string, rfc: string, send: Send): Unnumbered<ServerHandshakeCase> {
  return serverHandshake({
    title,
    expectation: 'The server refuses with an HTTP error or closes TCP, and serves the next connection.',
    rfc,
    async run(wire) {
      await sendOn(wire, send);
      await wire.expectRefusalOrEnd();
      await stillServes(wire);
    },
  });
}

/** Where the RFCs leave a server both. What it may not do is crash, hang, or answer wrongly. */
export function either(title: string, rfc: string, send: Send, asked: Asked = {}): Unnumbered<ServerHandshakeCase> {
  return serverHandshake({
    title,
    expectation:
      'The server switches protocols with a right response and echoes, or refuses, both of which are right; then it serves the next connection.',
    rfc,
    async run(wire) {
      await sendOn(wire, send);
      const peer = await wire.expectUpgradeOrRefusal(asked);
      if (peer !== undefined) {
        peer.text('Hello');
        await peer.expectText('Hello');
        await peer.finish();
      }
      await stillServes(wire);
    },
  });
}

/** Another connection opens and echoes. */
export async function stillServes(wire: ServerWire): Promise<void> {
  const other = await wire.another();
  try {
    const peer = await other.open();
    peer.text('still there?');
    await peer.expectText('still there?');
  } finally {
    other.link.destroy();
  }
}
