// Which status codes a Close frame may carry (RFC 6455, section 7.4, and the IANA registry it founded).

/** Codes with a meaning on the wire: 1004 is reserved, 1005, 1006 and 1015 are never sent, 1012 to 1014 were registered later. */
const DEFINED: ReadonlySet<number> = new Set([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014]);

export function mayBeSent(code: number): boolean {
  // Over 4999 the RFC says nothing: a case that cares says which codes it wants.
  return DEFINED.has(code) || code >= 3000;
}
