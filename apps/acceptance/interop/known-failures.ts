// Failures that are the peer's, each looked at by hand against the RFC. Any other failure is held to be ours until it stands here.

import type { Peer } from '../src/peers.ts';
import type { Result } from './run-peer.ts';

interface KnownFailure {
  readonly peer: RegExp;
  /** Absent when it fails in both roles. */
  readonly role?: Peer['role'];
  readonly scenarios: readonly string[];
  /** What the scenario says then: another failure of the same pair is not excused. */
  readonly failure: RegExp;
  /** One sentence or two, for the footnote. */
  readonly why: string;
}

const KNOWN: readonly KnownFailure[] = [
  {
    peer: /^(undici|WebSocket of Node \d+)$/,
    scenarios: ['text'],
    failure: /^the text "\\ufeffBOM" \(4 code units\) came back as the text "BOM" \(3 code units\)$/,
    why: 'It takes a leading U+FEFF of a text for a byte order mark and drops it. A text message is its UTF-8, and nothing of it is a mark (RFC 6455 5.6, RFC 3629 6); browsers keep it. All other texts pass.',
  },
  {
    peer: /^websocket$/,
    scenarios: ['closed by us'],
    failure:
      /^what the peer saw is \{"code":1000,"reason":"Normal connection closure"\}, not \{"code":1000,"reason":""\}$/,
    why: 'Its API makes up the reason "Normal connection closure" for a Close that holds none. All other codes and reasons pass.',
  },
  {
    peer: /^uwebsockets$/,
    scenarios: ['closed by us'],
    failure: /^what the peer saw is \{"code":1006,"reason":""\}, not \{"code":3001,"reason":"[^"]*"\}$/,
    why: 'It takes the codes 1012 to 3999 for invalid, tells its user 1006, and answers with an empty Close. RFC 6455 7.4.2 gives 3000 to 3999 to libraries and frameworks. 1000 and 4999 pass.',
  },
  {
    peer: /^libwebsockets$/,
    role: 'client',
    scenarios: ['deflate to peer', 'deflate from peer'],
    failure: /^(it did not end|the connection did not open) within \d+ ms$/,
    why: 'Where permessage-deflate is agreed on, its client spins for ever at the first message that is not compressed, which RFC 7692 6 allows at any time (its issue 2794). Messages that are all compressed pass.',
  },
];

/** Why a failure is the peer's; undefined when it is not known to be. */
export function knownFailure(peer: Pick<Peer, 'name' | 'role'>, result: Result): string | undefined {
  const { scenario, outcome, why = '' } = result;
  if (outcome !== 'fail') return undefined;
  const isIt = (known: KnownFailure): boolean =>
    known.peer.test(peer.name) &&
    (known.role ?? peer.role) === peer.role &&
    known.scenarios.includes(scenario) &&
    known.failure.test(why);
  return KNOWN.find(isIt)?.why;
}
