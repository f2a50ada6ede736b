// Every failure has a code, and every code is a row of a table here: the message, what goes on the wire and the RFC section
// come from the same line, and so do the reference table in the docs and the byte vectors in the tests.

import type { ResponseHead } from './handshake/head.ts';

interface ErrorOptions {
  readonly cause?: unknown;
}

/** The root of everything Framewire throws on purpose. Check `code`, or use `instanceof` with a subclass. */
export abstract class WebSocketError<Code extends string = string> extends Error {
  /** What happened, as a constant to compare with. */
  readonly code: Code;
  /** What lies beneath, such as the socket's own error. */
  declare readonly cause?: unknown;

  constructor(code: Code, message: string, details: ErrorOptions = {}) {
    super(message);
    this.code = code;
    // What is undefined is left out, so that nothing prints `cause: undefined`.
    for (const [name, value] of Object.entries(details))
      if (value !== undefined) Object.assign(this, { [name]: value });
  }
}

/** The codes of {@link UsageError}. */
export type UsageCode =
  | 'INVALID_ARGUMENT'
  | 'INVALID_OPTION'
  | 'INVALID_URL'
  | 'INVALID_CLOSE_CODE'
  | 'CLOSE_REASON_TOO_LONG'
  | 'CONTROL_PAYLOAD_TOO_LONG'
  | 'ALREADY_CONSUMED'
  | 'STREAM_DROPPED'
  | 'STREAM_TOO_LONG';

/** The caller broke a rule of this API. Thrown at the call; never changes the state of a connection. */
export class UsageError extends WebSocketError<UsageCode> {
  override readonly name: string = 'UsageError';
}

/** A row of {@link VIOLATIONS}. */
export interface Violation {
  /** The close code written to the peer. */
  readonly closeCode: 1002 | 1007 | 1008 | 1009;
  /** The section that was broken, such as `RFC 6455 5.2`. */
  readonly section: string;
  /** One sentence for people. */
  readonly message: string;
}

/** What a peer can do wrong after the opening handshake, and the close code it gets. */
export const VIOLATIONS = {
  RESERVED_BITS: {
    closeCode: 1002,
    section: 'RFC 6455 5.2',
    message: 'A reserved bit is set, but no extension that uses it was agreed on.',
  },
  RESERVED_OPCODE: { closeCode: 1002, section: 'RFC 6455 5.2', message: 'The frame has a reserved opcode.' },
  LENGTH_NOT_MINIMAL: {
    closeCode: 1002,
    section: 'RFC 6455 5.2',
    message: 'The payload length is not encoded in the fewest bytes.',
  },
  LENGTH_OVERFLOW: {
    closeCode: 1002,
    section: 'RFC 6455 5.2',
    message: 'The most significant bit of the 64-bit payload length is set.',
  },
  MASK_MISSING: { closeCode: 1002, section: 'RFC 6455 5.1', message: 'A client must mask every frame.' },
  MASK_UNEXPECTED: { closeCode: 1002, section: 'RFC 6455 5.1', message: 'A server must not mask any frame.' },
  CONTINUATION_UNEXPECTED: {
    closeCode: 1002,
    section: 'RFC 6455 5.4',
    message: 'A continuation frame came while no message was under way.',
  },
  CONTINUATION_EXPECTED: {
    closeCode: 1002,
    section: 'RFC 6455 5.4',
    message: 'A new message began before the last one had ended.',
  },
  CONTROL_FRAGMENTED: { closeCode: 1002, section: 'RFC 6455 5.5', message: 'A control frame is fragmented.' },
  CONTROL_TOO_LONG: { closeCode: 1002, section: 'RFC 6455 5.5', message: 'A control frame has more than 125 bytes.' },
  CLOSE_TRUNCATED: {
    closeCode: 1002,
    section: 'RFC 6455 5.5.1',
    message: 'A Close payload of one byte holds no code.',
  },
  CLOSE_CODE_INVALID: {
    closeCode: 1002,
    section: 'RFC 6455 7.4',
    message: 'The close code must not stand in a frame.',
  },
  TEXT_INVALID: { closeCode: 1007, section: 'RFC 6455 8.1', message: 'Text is not valid UTF-8.' },
  MESSAGE_TOO_BIG: {
    closeCode: 1009,
    section: 'RFC 6455 10.4',
    message: 'The message is larger than its limit allows.',
  },
  FRAME_TOO_BIG: {
    closeCode: 1009,
    section: 'RFC 6455 10.4',
    message: 'The frame is larger than maxFrameSize allows.',
  },
  TOO_MANY_FRAGMENTS: {
    closeCode: 1008,
    section: 'RFC 6455 10.4',
    message: 'The message has more fragments than maxFragments allows.',
  },
  TOO_MANY_CONTROL_FRAMES: {
    closeCode: 1008,
    section: 'RFC 6455 10.4',
    message: 'More control frames came than maxControlFrames allows.',
  },
  RSV1_MISPLACED: {
    closeCode: 1002,
    section: 'RFC 7692 6',
    message: 'RSV1 is set on a frame that does not begin a message.',
  },
  DEFLATE_INVALID: { closeCode: 1007, section: 'RFC 7692 7.2.2', message: 'Compressed data cannot be inflated.' },
} as const;

/** A key of {@link VIOLATIONS}. */
export type ViolationCode = keyof typeof VIOLATIONS;

/** The peer broke the protocol. The connection is failed with `closeCode` (RFC 6455, section 7.1.7). */
export class ProtocolError extends WebSocketError<ViolationCode> {
  override readonly name: string = 'ProtocolError';
  /** The close code that was written to the peer. */
  readonly closeCode: Violation['closeCode'];
  /** The section that was broken, such as `RFC 6455 5.2`. */
  readonly section: string;

  /** @param detail the figures of this case, appended to the table's sentence */
  constructor(code: ViolationCode, detail?: string, options?: ErrorOptions) {
    const { closeCode, section, message }: Violation = VIOLATIONS[code];
    super(code, `${detail === undefined ? message : `${message} ${detail}`} [${section}]`, options);
    this.closeCode = closeCode;
    this.section = section;
  }
}

/** A row of {@link REFUSALS}. */
export interface Refusal {
  /** The HTTP status a server answers with; 0 where only a client can meet the failure. */
  readonly status: number;
  /** The section that was broken, such as `RFC 6455 4.2.1`. */
  readonly section: string;
  /** One sentence for people. */
  readonly message: string;
}

/** Why an opening handshake fails: what a server refuses and what a client does not accept. */
export const REFUSALS = {
  // What a server refuses. A client meets HEAD_INVALID, HEAD_TOO_LARGE, SUBPROTOCOL_REQUIRED, EXTENSIONS_INVALID and
  // HANDSHAKE_TIMEOUT, too.
  BAD_METHOD: { status: 405, section: 'RFC 6455 4.1', message: 'The method of an opening handshake must be GET.' },
  BAD_HTTP_VERSION: {
    status: 505,
    section: 'RFC 6455 4.1',
    message: 'An opening handshake needs HTTP/1.1.',
  },
  HEAD_INVALID: { status: 400, section: 'RFC 9112 2.2', message: 'The bytes are not an HTTP/1.1 head.' },
  HEAD_TOO_LARGE: { status: 431, section: 'RFC 6585 5', message: 'The HTTP head is larger than allowed.' },
  TARGET_INVALID: {
    status: 400,
    section: 'RFC 9112 3.2',
    message: 'The request target must be a path, or a URL with the same authority as Host.',
  },
  HOST_INVALID: { status: 400, section: 'RFC 6455 4.2.1', message: 'There must be exactly one valid Host field.' },
  BODY_UNEXPECTED: {
    status: 400,
    section: 'RFC 6455 4.1',
    message: 'An opening handshake must not announce a body.',
  },
  UPGRADE_MISSING: {
    status: 426,
    section: 'RFC 6455 4.2.1',
    message: 'Upgrade must name websocket, and Connection must name Upgrade.',
  },
  VERSION_UNSUPPORTED: {
    status: 426,
    section: 'RFC 6455 4.2.2',
    message: 'Sec-WebSocket-Version must be 13.',
  },
  KEY_INVALID: {
    status: 400,
    section: 'RFC 6455 4.2.1',
    message: 'Sec-WebSocket-Key must be the base64 of 16 bytes, given once.',
  },
  ORIGIN_REFUSED: { status: 403, section: 'RFC 6455 10.2', message: 'The Origin is not allowed here.' },
  SUBPROTOCOL_INVALID: {
    status: 400,
    section: 'RFC 6455 4.1',
    message: 'Sec-WebSocket-Protocol must list distinct tokens.',
  },
  SUBPROTOCOL_REQUIRED: {
    status: 400,
    section: 'RFC 6455 4.2.2',
    message: 'None of the offered subprotocols was chosen, and one is required.',
  },
  EXTENSIONS_INVALID: {
    status: 400,
    section: 'RFC 6455 9.1',
    message: 'Sec-WebSocket-Extensions does not follow its grammar.',
  },
  REFUSED: { status: 403, section: 'RFC 6455 4.2.2', message: 'The server refused the request.' },
  UNAVAILABLE: { status: 503, section: 'RFC 9110 15.6.4', message: 'The server takes no new connections now.' },
  HANDSHAKE_TIMEOUT: {
    status: 408,
    section: 'RFC 6455 4.1',
    message: 'The opening handshake took longer than handshakeTimeout allows.',
  },
  // What only a client can meet.
  NOT_CONNECTED: {
    status: 0,
    section: 'RFC 6455 4.1',
    message: 'No connection to the server could be made.',
  },
  NOT_SWITCHED: {
    status: 0,
    section: 'RFC 6455 4.1',
    message: 'The server did not answer with 101 Switching Protocols.',
  },
  UPGRADE_UNCONFIRMED: {
    status: 0,
    section: 'RFC 6455 4.1',
    message: 'The response does not confirm the upgrade to websocket.',
  },
  ACCEPT_MISMATCH: {
    status: 0,
    section: 'RFC 6455 4.1',
    message: 'Sec-WebSocket-Accept does not answer the key that was sent.',
  },
  EXTENSION_UNREQUESTED: {
    status: 0,
    section: 'RFC 6455 4.1',
    message: 'The server chose an extension that was not offered.',
  },
  SUBPROTOCOL_UNREQUESTED: {
    status: 0,
    section: 'RFC 6455 4.1',
    message: 'The server chose a subprotocol that was not offered.',
  },
} as const;

/** A key of {@link REFUSALS}. */
export type RefusalCode = keyof typeof REFUSALS;

/** How far a client got before its opening failed. */
export type OpeningPhase = 'connect' | 'tls' | 'request' | 'response';

/** More about a {@link HandshakeError}. */
export interface HandshakeErrorOptions extends ErrorOptions {
  /** An HTTP status other than the table's. */
  readonly status?: number;
  /** On the client: how far the opening got. */
  readonly phase?: OpeningPhase;
  /** On the client: the response head that came, if one did. */
  readonly response?: ResponseHead;
  /** On the client: for how many milliseconds the server wants no further attempt. */
  readonly retryAfter?: number | undefined;
}

/** The opening handshake failed (RFC 6455, section 4). */
export class HandshakeError extends WebSocketError<RefusalCode> {
  override readonly name: string = 'HandshakeError';
  /** On a server, the HTTP status it answers with. On a client, the status it got, or 0 when no response came. */
  readonly status: number;
  /** The section that was broken, such as `RFC 6455 4.1`. */
  readonly section: string;
  /** On the client: how far the opening got. */
  declare readonly phase?: OpeningPhase;
  /** On the client: the response head that came, if one did. */
  declare readonly response?: ResponseHead;
  /**
   * On the client: for how many milliseconds the server wants no further attempt, as it said by Retry-After (RFC 9110, section 10.2.3)
   * in a response of 429 or 503. 0 or more.
   */
  declare readonly retryAfter?: number;

  /**
   * @param refusal the row of {@link REFUSALS}, handed in so that a browser bundle does not carry the table: use {@link handshakeError}
   * @param detail the figures of this case, appended to the row's sentence
   */
  constructor(code: RefusalCode, refusal: Refusal, detail = '', details: HandshakeErrorOptions = {}) {
    super(code, `${refusal.message} ${detail && `${detail} `}[${refusal.section}]`, details);
    this.status = details.status ?? details.response?.status ?? refusal.status;
    this.section = refusal.section;
  }
}

/** The {@link HandshakeError} of a code, by the table. */
export function handshakeError(code: RefusalCode, detail?: string, options?: HandshakeErrorOptions): HandshakeError {
  return new HandshakeError(code, REFUSALS[code], detail, options);
}

/** A close code with its reason, as one Close frame carries them. Code 1005 stands for a Close without a code. */
export interface CloseStatus {
  readonly code: number;
  readonly reason: string;
}

/**
 * Why a connection is no more, beyond the codes of its Close frames; the reference of errors says a sentence about each. There are no
 * sentences here, for the codes speak for themselves, and a browser has to load what stands here.
 */
export type EndingCode =
  | 'CLOSED'
  | 'LOST'
  | 'VIOLATED'
  | 'PONG_TIMEOUT'
  | 'CLOSE_TIMEOUT'
  | 'SLOW_CONSUMER'
  | 'QUEUE_OVERFLOW'
  | 'LISTENER_FAILED'
  | 'STREAM_FAILED'
  | 'TERMINATED';

/** More about a {@link ConnectionClosedError}. */
export interface ConnectionClosedErrorOptions extends ErrorOptions {
  /** What the peer's Close frame said, if one came. */
  readonly received?: CloseStatus | undefined;
  /** What our Close frame said, if one was sent. */
  readonly sent?: CloseStatus | undefined;
  /** Whether the peer's Close came before ours was sent; absent unless both were. */
  readonly receivedFirst?: boolean | undefined;
}

/** The connection is closing or closed, so what was asked of it cannot be had. The cause is the ProtocolError or socket error behind it. */
export class ConnectionClosedError extends WebSocketError<EndingCode> {
  override readonly name: string = 'ConnectionClosedError';
  /** What the peer's Close frame said, if one came. */
  declare readonly received?: CloseStatus;
  /** What our Close frame said, if one was sent. */
  declare readonly sent?: CloseStatus;
  /** Whether the peer's Close came before ours was sent; absent unless both were. */
  declare readonly receivedFirst?: boolean;

  constructor(code: EndingCode, details: ConnectionClosedErrorOptions = {}) {
    const { received, sent } = details;
    super(code, `The connection ended: ${code}${describe('received', received)}${describe('sent', sent)}`, details);
  }
}

function describe(verb: string, status: CloseStatus | undefined): string {
  return status === undefined ? '' : `; ${verb} ${status.code} ${JSON.stringify(status.reason)}`;
}
