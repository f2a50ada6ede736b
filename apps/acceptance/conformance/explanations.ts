// What each failure of a peer is: looked at by hand, on the wire, against the RFC. A failure that stands nowhere here is printed by
// `pnpm conformance:peers`, so that either the peer or the tester is found to be wrong.

/** A kind of failure, and who has it. */
export interface Explanation {
  /** The peer's name, and its role where the two differ. */
  readonly peer: string;
  readonly role?: 'client' | 'server';
  /** Ids of cases; * stands for anything. */
  readonly cases: readonly string[];
  /** What it does, and what the RFC says. */
  readonly sentence: string;
}

export const EXPLANATIONS: readonly Explanation[] = [];
