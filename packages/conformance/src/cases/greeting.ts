// A first message that is echoed, so that a case begins with an endpoint that is known to work.

import type { Peer } from '../peer.ts';
import { text } from '../wire/frame.ts';

export const GREETING = 'Hello, world!';

/** @param chop how many octets a write has; one write if left out */
export async function greet(peer: Peer, chop?: number): Promise<void> {
  if (chop === undefined) peer.text(GREETING);
  else await peer.sendInChops(chop, text(GREETING));
  await peer.expectText(GREETING);
}
