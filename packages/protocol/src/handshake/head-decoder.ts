// Reads HTTP/1.1 heads from a stream of bytes (RFC 9112), for transports without an HTTP parser of their own. It is strict where leniency
// has let requests be smuggled: lines end in CRLF and nothing else, none is folded, no space stands before a colon. Every byte is looked
// at once, however the stream is cut, and memory follows the bytes received.

import { type HandshakeError, handshakeError, type RefusalCode, UsageError } from '../errors.ts';
import { limit } from '../limits.ts';
import { isToken, quote, trimSpace } from './fields.ts';
import { type Fields, isStatus, isTarget, isVersion, type RequestHead, type ResponseHead } from './head.ts';

/** What a decoder accepts. */
export interface HeadLimits {
  /** Most bytes of a head, the blank line included. Default: 16 KiB. */
  readonly maxHeadBytes?: number | undefined;
  /** Most fields of a head. Default: 100. */
  readonly maxFields?: number | undefined;
}

/** A head that is complete. */
export interface DecodedHead<Head> {
  readonly head: Head;
  /** How many bytes of the last chunk belong to the head. What follows them are the first bytes of the new protocol. */
  readonly consumed: number;
}

const DEFAULT_MAX_HEAD_BYTES = 16_384;
const DEFAULT_MAX_FIELDS = 100;
const FIRST_BUFFER_BYTES = 1024;
const LINE_END = '\r\n';
const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DEL = 0x7f;

const ascii = /* @__PURE__ */ new TextDecoder();

/** What sets requests and responses apart for a decoder. */
interface Grammar<Head> {
  /** Whether an empty line may come before the first line. */
  readonly skipsEmptyLine: boolean;
  /** @param text the lines, without the end of the last */
  parse(text: string): Head;
  refuse(code: RefusalCode, detail: string): HandshakeError;
}

/** Finds the end of a head in a stream of bytes, and reads it. */
class HeadDecoder<Head> {
  readonly #grammar: Grammar<Head>;
  readonly #maxHeadBytes: number;
  readonly #maxFields: number;
  /** What came before the chunk at hand; empty while all is in one chunk, the common case. */
  #kept: Uint8Array = NOTHING;
  #length = 0;
  /** Where the first line and the current line begin, counted from the first byte received. */
  #headStart = 0;
  #lineStart = 0;
  #lines = 0;
  #previous = 0;
  /** The union of all bytes: at 0x80 or above, one was not ASCII. */
  #union = 0;
  #done = false;

  constructor(grammar: Grammar<Head>, limits: HeadLimits) {
    this.#grammar = grammar;
    this.#maxHeadBytes = limit('maxHeadBytes', limits.maxHeadBytes, DEFAULT_MAX_HEAD_BYTES);
    this.#maxFields = limit('maxFields', limits.maxFields, DEFAULT_MAX_FIELDS);
  }

  /**
   * Takes the next bytes of the stream, of which it keeps a copy where needed. Returns the head once its blank line has come.
   *
   * @throws HandshakeError HEAD_INVALID, HEAD_TOO_LARGE; the decoder is of no use then
   * @throws UsageError INVALID_ARGUMENT after the head was returned
   */
  push(chunk: Uint8Array): DecodedHead<Head> | undefined {
    if (this.#done) {
      throw new UsageError('INVALID_ARGUMENT', 'The head is complete: give what follows to the frame decoder.');
    }
    const base = this.#length;
    const end = Math.min(chunk.length, this.#maxHeadBytes - base);
    let previous = this.#previous;
    let union = this.#union;
    for (let at = 0; at < end; at++) {
      // `at` is below the length of the chunk.
      const byte = chunk[at] as number;
      if (byte < SPACE || byte === DEL || previous === CR) {
        this.#checkControl(byte, previous);
        if (byte === LF && this.#endLine(base + at + 1)) return this.#finish(chunk, at + 1, union);
      }
      union |= byte;
      previous = byte;
    }
    if (base + end === this.#maxHeadBytes) {
      throw this.#grammar.refuse('HEAD_TOO_LARGE', `It has more than ${this.#maxHeadBytes} bytes (maxHeadBytes).`);
    }
    this.#keep(chunk, end);
    this.#previous = previous;
    this.#union = union;
    return undefined;
  }

  /** The bytes of a head that is not complete. Do not change them; they stay as they are. */
  get pending(): Uint8Array {
    return this.#kept.subarray(0, this.#length);
  }

  // A recipient may take a bare LF for the end of a line (RFC 9112, section 2.2). We do not: where two parsers on a path disagree about
  // that, one of them sees a header the other does not. A bare CR and other controls are invalid in any case (sections 2.2 and 5.5).
  #checkControl(byte: number, previous: number): void {
    if ((byte === LF) !== (previous === CR)) throw this.#grammar.refuse('HEAD_INVALID', 'A line must end in CR LF.');
    if (byte !== LF && byte !== CR && byte !== TAB) {
      throw this.#grammar.refuse(
        'HEAD_INVALID',
        `It holds the control character 0x${byte.toString(16).padStart(2, '0')}.`,
      );
    }
  }

  /** Whether the line that ends before `next` is the blank one after the fields. */
  #endLine(next: number): boolean {
    const length = next - this.#lineStart - 2;
    this.#lineStart = next;
    if (length > 0) {
      this.#lines++;
      if (this.#lines > this.#maxFields + 1) {
        throw this.#grammar.refuse('HEAD_TOO_LARGE', `It has more than ${this.#maxFields} fields (maxFields).`);
      }
      return false;
    }
    // A server should ignore at least one empty line before the request line (RFC 9112, section 2.2). We ignore one and no more.
    if (this.#grammar.skipsEmptyLine && next === 2) {
      this.#headStart = 2;
      return false;
    }
    return true;
  }

  #keep(chunk: Uint8Array, end: number): void {
    const length = this.#length + end;
    if (length > this.#kept.length) {
      const size = Math.min(this.#maxHeadBytes, Math.max(FIRST_BUFFER_BYTES, 2 * this.#kept.length, length));
      const larger = new Uint8Array(size);
      larger.set(this.#kept.subarray(0, this.#length));
      this.#kept = larger;
    }
    this.#kept.set(chunk.subarray(0, end), this.#length);
    this.#length = length;
  }

  #finish(chunk: Uint8Array, consumed: number, union: number): DecodedHead<Head> {
    this.#done = true;
    if (this.#lines === 0) throw this.#grammar.refuse('HEAD_INVALID', 'Its first line is empty.');
    let bytes = chunk;
    let length = consumed;
    if (this.#length > 0) {
      this.#keep(chunk, consumed);
      bytes = this.#kept;
      length = this.#length;
      this.#kept = NOTHING;
    }
    // Without the CRLF of the last line and that of the blank one.
    const text = decodeLatin1(bytes.subarray(this.#headStart, length - 4), union);
    return { head: this.#grammar.parse(text), consumed };
  }
}

/**
 * Decodes the head of an HTTP/1.1 request from a stream of bytes (RFC 9112, sections 2 to 5). One CRLF before the request line is
 * ignored. The head is well-formed, but nothing more: {@link checkRequest} says whether it opens a WebSocket.
 */
export class RequestHeadDecoder extends HeadDecoder<RequestHead> {
  /** @throws UsageError INVALID_OPTION when a limit is not a positive integer */
  constructor(limits: HeadLimits = {}) {
    super(REQUEST, limits);
  }
}

/** Decodes the head of an HTTP/1.1 response from a stream of bytes (RFC 9112, sections 2 to 5). {@link checkResponse} judges it. */
export class ResponseHeadDecoder extends HeadDecoder<ResponseHead> {
  /** @throws UsageError INVALID_OPTION when a limit is not a positive integer */
  constructor(limits: HeadLimits = {}) {
    super(RESPONSE, limits);
  }
}

const REQUEST: Grammar<RequestHead> = {
  skipsEmptyLine: true,
  parse(text) {
    const line = text.slice(0, endOfLine(text, 0));
    const methodEnd = line.indexOf(' ');
    const targetEnd = line.indexOf(' ', methodEnd + 1);
    const method = line.slice(0, Math.max(methodEnd, 0));
    const target = line.slice(methodEnd + 1, Math.max(targetEnd, 0));
    // A third space would stand in the version.
    const version = line.slice(targetEnd + 1);
    if (!isToken(method) || !isTarget(target) || !isVersion(version)) {
      throw REQUEST.refuse('HEAD_INVALID', `${quote(line)} is no request line.`);
    }
    return { method, target, version, fields: parseFields(text, line.length, REQUEST) };
  },
  refuse: (code, detail) => handshakeError(code, detail),
};

const RESPONSE: Grammar<ResponseHead> = {
  skipsEmptyLine: false,
  parse(text) {
    const line = text.slice(0, endOfLine(text, 0));
    const version = line.slice(0, 8);
    const status = line.slice(9, 12);
    // The space before an absent reason is required (RFC 9112, section 4), but often left out; nothing can hide there.
    const separated = line.charAt(8) === ' ' && (line.length === 12 || line.charAt(12) === ' ');
    if (!separated || !isVersion(version) || !isStatus(status)) {
      throw RESPONSE.refuse('HEAD_INVALID', `${quote(line)} is no status line.`);
    }
    return {
      status: Number(status),
      reason: line.slice(13),
      version,
      fields: parseFields(text, line.length, RESPONSE),
    };
  },
  // No status came that could be reported, so it is 0 and not that of the table, which a server would answer with.
  refuse: (code, detail) => handshakeError(code, detail, { status: 0, phase: 'response' }),
};

/** One character a byte: what HTTP has always meant by bytes beyond ASCII (obs-text, RFC 9110, section 5.5). */
function decodeLatin1(bytes: Uint8Array, union: number): string {
  if (union < 0x80) return ascii.decode(bytes);
  // Not `new TextDecoder('latin1')`: by the Encoding Standard, that is windows-1252.
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf(LINE_END, start);
  return end === -1 ? text.length : end;
}

/** The fields of the lines behind the one that ends at `end`. They are cut right out of the text: a list of lines was 540 bytes of garbage. */
function parseFields(text: string, end: number, grammar: Grammar<unknown>): Fields {
  const fields: (readonly [string, string])[] = [];
  for (let lineEnd = end; lineEnd < text.length; ) {
    const start = lineEnd + LINE_END.length;
    lineEnd = endOfLine(text, start);
    // In a line without a colon this may be that of a later line, and then a line end would stand in the name.
    const colon = text.indexOf(':', start);
    // A folded line begins with space, and a name with space before its colon is no token either: both must be refused
    // (RFC 9112, sections 5.1 and 5.2).
    const name = text.slice(start, Math.max(colon, start));
    if (!isToken(name)) throw grammar.refuse('HEAD_INVALID', `${quote(text.slice(start, lineEnd))} is no field.`);
    fields.push([name, trimSpace(text, colon + 1, lineEnd)]);
  }
  return fields;
}
