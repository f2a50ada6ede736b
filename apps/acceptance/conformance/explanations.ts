// What the failures of peers are: looked at on the wire, against the RFC. The first that fits is the one. A failure that none fits is printed by
// `pnpm conformance:peers`, so that either the peer or the tester is found to be wrong.

/** A kind of failure. */
export interface Explanation {
  /** The peer's name, where it is one peer's own. */
  readonly peer?: string;
  /** Ids of cases; * stands for anything. */
  readonly cases: readonly string[];
  /** What the tester's sentence about it says, where that matters. */
  readonly failure?: RegExp;
  /** What it does, and what the RFC says. */
  readonly sentence: string;
}

const NO_CLOSE =
  /^Expected a Close frame .*and received (?:the end of the TCP connection|a TCP connection that was broken off)/;
const BARE_CLOSE = /^Expected a Close frame .*and received a Close frame without a code/;

export const EXPLANATIONS: readonly Explanation[] = [
  {
    cases: ['6.4.*'],
    sentence:
      'It looks at UTF-8 when the frame or the message is complete. RFC 6455 8.1 does not say when invalid text must be noticed, and the classic suite calls this non-strict; here it is a failure, since until then the bytes of a lost message are kept.',
  },
  {
    peer: 'gorilla/websocket',
    cases: ['6.*', '7.5.*'],
    sentence:
      'It leaves the check of UTF-8 to the application, as its documentation says; RFC 6455 8.1 tells the endpoint to do it.',
  },
  {
    cases: ['*'],
    failure: NO_CLOSE,
    sentence:
      'It ends TCP without a Close frame, so its peer never learns why. RFC 6455 7.1.7 says SHOULD, and names the codes; the tester asks for them.',
  },
  {
    cases: ['*'],
    failure: BARE_CLOSE,
    sentence:
      'It answers with a Close frame that holds no code: to what is wrong, where RFC 6455 7.4.1 has 1002 and 1007 for it, or to codes that RFC 6455 7.4.2 leaves to applications and libraries.',
  },
  {
    cases: ['framing.1.*'],
    sentence:
      'It takes a frame that is masked where it must not be, or not masked where it must: "a server MUST close the connection upon receiving a frame that is not masked", and a client one that is (RFC 6455 5.1); or it closes with a code of its own.',
  },
  {
    cases: ['framing.2.*'],
    sentence:
      'It takes a length that is not written in the fewest octets. The MUST of RFC 6455 5.2 binds the sender; whoever takes it reads other frames than a strict middlebox before it.',
  },
  {
    cases: ['framing.3.*'],
    sentence:
      'With permessage-deflate agreed on, it takes RSV1 on a frame that does not begin a message (RFC 7692 6.1).',
  },
  {
    cases: ['framing.4.*'],
    sentence:
      'It does not get through, or not to the end of, what RFC 6455 5.4 and 5.5 allow: many Pings or many fragments at once, control frames between them; ws ends TCP when 60 Pongs wait.',
  },
  { cases: ['framing.*'], sentence: 'It does not read what comes in unusual pieces (RFC 6455 5.2).' },
  {
    cases: ['deflate.1.3', 'deflate.1.7', 'deflate.1.8'],
    sentence:
      'A block with BFINAL ends its inflater, and what follows is lost, or the message comes out empty. RFC 7692 7.2.3.4 shows such a message and calls it valid.',
  },
  {
    cases: ['deflate.1.*'],
    failure: /received a Close frame with 1010/,
    sentence:
      'To data that cannot be inflated it closes with 1010, which is for a client that misses an extension (RFC 6455 7.4.1).',
  },
  {
    cases: ['deflate.1.*'],
    sentence:
      'It hands on what it could inflate of compressed data that is cut or invalid, as if that were the message (RFC 7692 7.2.2, RFC 1951).',
  },
  {
    cases: ['deflate.2.*', '12.*', '13.*'],
    sentence:
      'It takes an offer and leaves out of its answer what the offer demands, such as server_max_window_bits (RFC 7692 7.1.2.1: it must include it, or decline), or does not keep to what was agreed on.',
  },
  {
    cases: ['deflate.3.*'],
    sentence:
      'Offers with parameters it cannot meet, or that are malformed, are to be declined (RFC 7692 7.1); it answers them with 400, or accepts them. So a fallback offer behind them is lost.',
  },
  {
    cases: ['deflate.4.*'],
    sentence:
      'As a client it takes an answer with parameters that are malformed, or that it did not offer (RFC 7692 7.1: fail the connection).',
  },
  {
    cases: ['closing.1.1', 'closing.1.2', 'closing.1.3'],
    sentence: 'It refuses codes that IANA registered after the RFC: 1012, 1013 and 1014 (RFC 6455 7.4.2).',
  },
  {
    cases: ['7.*', 'closing.*'],
    sentence:
      'It takes a Close frame that is wrong for a right one, or answers it with another code than RFC 6455 7.4.1 gives.',
  },
  {
    cases: ['server-handshake.1.*'],
    sentence:
      'It switches protocols for a request that is not a GET of HTTP/1.1 or higher (RFC 6455 4.2.1), or refuses one that is.',
  },
  {
    cases: ['server-handshake.2.*'],
    sentence:
      'It does not check the fields that every request must have: one Host that is a host, Upgrade, Connection (RFC 6455 4.2.1, RFC 9112 3.2); or reads their lists as one word.',
  },
  {
    cases: ['server-handshake.3.*', 'server-handshake.4.*'],
    sentence:
      'It does not check Sec-WebSocket-Key and Sec-WebSocket-Version as RFC 6455 4.2.1 and 4.4 have it: one key of 16 bytes in base64, version 13, and an answer that names 13 to any other.',
  },
  {
    cases: ['server-handshake.5.*', 'server-handshake.6.*'],
    sentence:
      'Subprotocols, extensions, targets or fields in unusual but valid form (RFC 6455 4.2.2, RFC 9112) are misread, or invalid ones let through.',
  },
  {
    cases: ['server-handshake.7.*'],
    sentence:
      'What comes right behind the request is lost, or a body is taken for frames, which lets a request be smuggled through a proxy (RFC 9110 7.8).',
  },
  { cases: ['server-handshake.*'], sentence: 'It reads a request otherwise than RFC 9112 has it.' },
  {
    cases: ['client-handshake.1.*', 'client-handshake.4.*', 'client-handshake.5.*'],
    sentence: 'Its request lacks what RFC 6455 4.1 demands of it.',
  },
  {
    cases: ['client-handshake.2.*'],
    sentence:
      'It refuses a response that is right: spaces, lists, letter case, a 1xx before the 101 (RFC 6455 4.1, RFC 9110 15.2).',
  },
  {
    cases: ['client-handshake.*'],
    sentence:
      'It takes the connection for open, or leaves it open, after a response that RFC 6455 4.1 tells a client to fail.',
  },
  {
    cases: ['9.*', '10.*'],
    sentence: 'It does not echo messages this large, or cut this small, in time.',
  },
];
