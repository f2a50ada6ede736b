// What cases need of permessage-deflate before they can run, and which context that left them.

import type { DeflateNeed } from '../../case.ts';
import type { Peer } from '../../peer.ts';

/** permessage-deflate, with whatever parameters: all a case needs that makes its compressed octets by hand. */
export const ANY_DEFLATE: DeflateNeed = {
  offers: [{}],
  // The first that the client's offer allows: it may demand parameters of its own.
  answers: [
    {},
    { serverNoContextTakeover: true },
    { serverMaxWindowBits: 8 },
    { serverNoContextTakeover: true, serverMaxWindowBits: 8 },
  ],
};

/** The endpoint compresses in a window of this many bits. */
export function windowNeed(bits: number): DeflateNeed {
  return {
    offers: [{ serverMaxWindowBits: bits }],
    answers: [{ clientMaxWindowBits: bits }, { clientMaxWindowBits: bits, serverNoContextTakeover: true }],
  };
}

/** Whether the tester may refer to earlier messages (RFC 7692, section 7.1.1). */
export function takesOver({ endpoint, deflate }: Peer): boolean {
  return (endpoint === 'server' ? deflate?.clientNoContextTakeover : deflate?.serverNoContextTakeover) === false;
}

/** How many bits the window has in which the tester may refer to what it sent. */
export function testersWindowBits({ endpoint, deflate }: Peer): number {
  return (endpoint === 'server' ? deflate?.clientMaxWindowBits : deflate?.serverMaxWindowBits) ?? 15;
}
