// What cases need of permessage-deflate before they can run, and which context it left them.

import type { DeflateNeed } from '../../case.ts';
import { NotSupported } from '../../failure.ts';
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

/** Ends the case unless the tester may refer to earlier messages (RFC 7692, section 7.1.1). */
export function needTakeover({ endpoint, deflate }: Peer): void {
  const none = endpoint === 'server' ? deflate?.clientNoContextTakeover : deflate?.serverNoContextTakeover;
  if (none !== false) throw new NotSupported('The endpoint does not let its peer take over a context.');
}

/** Ends the case unless the tester may refer to the last 32,768 octets. */
export function needWholeWindow({ endpoint, deflate }: Peer): void {
  const bits = endpoint === 'server' ? deflate?.clientMaxWindowBits : deflate?.serverMaxWindowBits;
  if (bits !== 15) throw new NotSupported('The endpoint does not let its peer use a window of 15 bits.');
}
