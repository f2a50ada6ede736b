// Verdicts that several families share.

import type { Peer } from '../../peer.ts';
import type { Incoming } from '../../wire/frame-reader.ts';
import type { LinkEnd } from '../../wire/link.ts';

/** Whether it is the end of the TCP connection. */
export function isEnd(incoming: Incoming | LinkEnd): incoming is LinkEnd {
  return typeof incoming === 'string';
}

/** The connection is failed with one of these codes, or ended without a Close frame where the RFC only allows one ("MAY send a Close frame"). */
export async function expectFailureOrEnd(peer: Peer, ...codes: readonly number[]): Promise<void> {
  const incoming = await peer.next(`a Close frame with ${codes.join(' or ')} or the end of the TCP connection`);
  if (isEnd(incoming)) return;
  peer.checkClose(incoming, ...codes);
  await peer.expectEnd();
}

/** The message comes back and the connection lives on, or it is refused with one of these codes. */
export async function expectEchoOrFailure(
  peer: Peer,
  binary: boolean,
  payload: string | Uint8Array,
  ...codes: readonly number[]
): Promise<void> {
  const incoming = await peer.next(`the message back, or a Close frame with ${codes.join(' or ')}`);
  if (!isEnd(incoming) && incoming.kind === 'message') {
    peer.check(incoming, binary, payload);
    await peer.finish();
    return;
  }
  peer.checkClose(incoming, ...codes);
  await peer.expectEnd();
}

/**
 * What came up to the first message and the Pong for the last of these Pings: Pongs in order, some may be missing (RFC 6455,
 * section 5.5.3), and the message once.
 */
export async function expectMessageAmongPongs(
  peer: Peer,
  binary: boolean,
  payload: string | Uint8Array,
  pings: readonly string[],
): Promise<void> {
  const waiting = [...pings];
  let echoed = false;
  while (!echoed || waiting.length > 0) {
    const incoming = await peer.next('the message and a Pong for the last Ping');
    const index =
      !isEnd(incoming) && incoming.kind === 'pong' ? waiting.indexOf(incoming.payload.toString('latin1')) : -1;
    if (index !== -1) {
      waiting.splice(0, index + 1);
    } else {
      peer.check(incoming, binary, payload);
      echoed = true;
    }
  }
}

/** Octets that hardly compress, the same in every run: a linear congruential generator's high octets. */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** Hexadecimal with spaces. */
export function hex(octets: string): Buffer {
  return Buffer.from(octets.replaceAll(' ', ''), 'hex');
}
