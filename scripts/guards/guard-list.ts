// The guards against the failure classes V1 to V13: where each stands, what it becomes when it is taken out, and the test that must notice.

/** A place in the sources, and what goes there instead. */
export interface Guard {
  /** The failure class, `V1` to `V13`. */
  readonly failure: string;
  /** What the guard does. */
  readonly what: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly text: string;
  readonly replacement: string;
  /** The name of the test file in apps/acceptance/test/advisories that fails without the guard, without `.test.ts`. */
  readonly test: string;
}

const PROTOCOL = 'packages/protocol/src';
const TRANSPORT = 'packages/node-transport/src';
const SERVER = 'packages/node-server/src';
const CLIENT = 'packages/node-client/src';

export const GUARDS: readonly Guard[] = [
  {
    failure: 'V1',
    what: 'what is inflated in parts is counted against the limit',
    file: `${TRANSPORT}/deflate/codec.ts`,
    text: 'if (length <= limit) return;',
    replacement: 'if (length > 0) return;',
    test: 'v01-inflation',
  },
  {
    failure: 'V2',
    what: 'zlib is heard also after its connection is gone',
    file: `${TRANSPORT}/deflate/inflation.ts`,
    text: "stream.on('error', () => this.#failed(stream));",
    replacement: '',
    test: 'v02-zlib-error',
  },
  {
    failure: 'V2',
    what: 'an error of zlib at once is an answer to the peer',
    file: `${TRANSPORT}/deflate/inflate-now.ts`,
    text: "return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'MESSAGE_TOO_BIG' : 'DEFLATE_INVALID';",
    replacement: 'throw error;',
    test: 'v02-zlib-error',
  },
  {
    failure: 'V3',
    what: 'fragments are counted, empty ones too',
    file: `${PROTOCOL}/message-assembler.ts`,
    text: '++this.#fragments > this.#maxFragments',
    replacement: '++this.#fragments < 0',
    test: 'v03-object-overhead',
  },
  {
    failure: 'V3',
    what: 'small parts are copied together',
    file: `${PROTOCOL}/payload-parts.ts`,
    text: 'const KEEP_FROM = 4096;',
    replacement: 'const KEEP_FROM = 0;',
    test: 'v03-object-overhead',
  },
  {
    failure: 'V4',
    what: 'the top bit of a length must be 0',
    file: `${PROTOCOL}/frame-decoder.ts`,
    text: 'if (high > 0x7fffffff) return',
    replacement: 'if (high > 0xffffffff) return',
    test: 'v04-lengths',
  },
  {
    failure: 'V4',
    what: 'a claimed length is checked at the header',
    file: `${PROTOCOL}/message-assembler.ts`,
    text: 'if (this.#size > this.#maxMessageSize && !this.#mayBeLarge()) return;',
    replacement: 'if (this.#size < 0 && !this.#mayBeLarge()) return;',
    test: 'v04-lengths',
  },
  {
    failure: 'V5',
    what: 'a wrong head is an answer to the peer',
    file: `${SERVER}/opening.ts`,
    text: 'else this.refuse(error as HandshakeError); // it throws nothing else',
    replacement: 'else throw error;',
    test: 'v05-uncaught',
  },
  {
    failure: 'V5',
    what: 'a wrong response is an answer to the application',
    file: `${CLIENT}/opening.ts`,
    text: 'this.#fail(withRetryAfter(error, Date.now()));',
    replacement: 'throw error;',
    test: 'v05-uncaught',
  },
  {
    failure: 'V6',
    what: 'a socket has a listener for its errors before anything else',
    file: `${TRANSPORT}/socket-events.ts`,
    text: "socket.on('error', onError).on('close', onClose);",
    replacement: "socket.on('close', onClose);",
    test: 'v06-upgrade-socket',
  },
  {
    failure: 'V7',
    what: 'a handshake that is over is not waited for',
    file: `${SERVER}/hub.ts`,
    text: '    this.#farewells.delete(opening);\n',
    replacement: '',
    test: 'v07-bad-handshakes',
  },
  {
    failure: 'V8',
    what: 'control frames are counted',
    file: `${TRANSPORT}/control-frame-meter.ts`,
    text: 'return ++this.#count <= limit.count;',
    replacement: 'return ++this.#count > 0;',
    test: 'v08-pong-amplification',
  },
  {
    failure: 'V8',
    what: 'only so many Pongs wait',
    file: `${PROTOCOL}/pong-queue.ts`,
    text: 'if (this.#queued < most) {',
    replacement: 'if (most > 0) {',
    test: 'v08-pong-amplification',
  },
  {
    failure: 'V9',
    what: 'what is kept of a head grows by doubling',
    file: `${PROTOCOL}/handshake/head-decoder.ts`,
    text: 'Math.max(FIRST_BUFFER_BYTES, 2 * this.#kept.length, length)',
    replacement: 'Math.max(1, length)',
    test: 'v09-header-time',
  },
  {
    failure: 'V9',
    what: 'spaces are cut off without a search',
    file: `${PROTOCOL}/handshake/fields.ts`,
    text: 'return text.slice(from, to);',
    replacement: "return text.slice(from, to).replace(/[\\t ]+$/, '');",
    test: 'v09-header-time',
  },
  {
    failure: 'V10',
    what: 'only text and Uint8Array are sent',
    file: `${PROTOCOL}/frame-encoder.ts`,
    text: "if (typeof message !== 'string' && Object(message)[Symbol.toStringTag] !== 'Uint8Array') {",
    replacement: "if (typeof message !== 'string' && Object(message)[Symbol.toStringTag] === 'never') {",
    test: 'v10-memory-disclosure',
  },
  {
    failure: 'V10',
    what: 'a small message keeps no chunk alive',
    file: `${PROTOCOL}/message-memory.ts`,
    text: 'if (length * 2 >= buffer.byteLength) return new Uint8Array(',
    replacement: 'if (length > 0) return new Uint8Array(',
    test: 'v10-memory-disclosure',
  },
  {
    failure: 'V11',
    what: 'masks come from the CSPRNG',
    file: `${TRANSPORT}/masking-key.ts`,
    text: 'randomFillSync(pool);',
    replacement: 'pool.forEach((_, at) => (pool[at] = Math.random() * 2 ** 32));',
    test: 'v11-randomness',
  },
  {
    failure: 'V11',
    what: 'the next mask is another one',
    file: `${TRANSPORT}/masking-key.ts`,
    text: 'pool[next++] = 0;',
    replacement: 'if (next++ % 8 === 0) pool[next] = key;',
    test: 'v11-randomness',
  },
  {
    failure: 'V11',
    what: 'keys of handshakes come from the CSPRNG',
    file: `${CLIENT}/connect.ts`,
    text: 'encodeKey(randomBytes(16))',
    replacement: 'encodeKey(Uint8Array.from({ length: 16 }, () => Math.random() * 256))',
    test: 'v11-randomness',
  },
  {
    failure: 'V12',
    what: 'a handshake has no body',
    file: `${PROTOCOL}/handshake/request.ts`,
    text: "if (announcesBody(fields)) throw handshakeError('BODY_UNEXPECTED');",
    replacement: '',
    test: 'v12-smuggling',
  },
  {
    failure: 'V12',
    what: 'lines end in CR LF',
    file: `${PROTOCOL}/handshake/head-decoder.ts`,
    text: "if ((byte === LF) !== (previous === CR)) throw this.#grammar.refuse('HEAD_INVALID', 'A line must end in CR LF.');",
    replacement: '',
    test: 'v12-smuggling',
  },
  {
    failure: 'V12',
    what: 'the version is 13, once',
    file: `${PROTOCOL}/handshake/request.ts`,
    text: "if (single(fieldValues(fields, 'Sec-WebSocket-Version')) !== '13') throw",
    replacement: "if (fieldValues(fields, 'Sec-WebSocket-Version').length === 0) throw",
    test: 'v12-smuggling',
  },
  {
    failure: 'V12',
    what: 'few bytes may come before the answer',
    file: `${SERVER}/opening.ts`,
    text: 'if (unanswered > MAX_UNANSWERED_BYTES) {',
    replacement: 'if (unanswered < 0) {',
    test: 'v12-smuggling',
  },
  {
    failure: 'V12',
    what: 'nothing is 101 but 101',
    file: `${PROTOCOL}/handshake/response.ts`,
    text: "if (status !== 101) throw fail('NOT_SWITCHED'",
    replacement: "if (status > 999) throw fail('NOT_SWITCHED'",
    test: 'v12-smuggling',
  },
  {
    failure: 'V13',
    what: 'an Origin that is not ours is refused',
    file: `${PROTOCOL}/handshake/origin.ts`,
    text: 'normalizeAuthority(host, secure) === authority;',
    replacement: 'normalizeAuthority(host, secure) !== undefined;',
    test: 'v13-origin-and-path',
  },
  {
    failure: 'V13',
    what: 'there is one Origin',
    file: `${PROTOCOL}/handshake/request.ts`,
    text: 'const origin = single(origins);',
    replacement: 'const origin = origins[0];',
    test: 'v13-origin-and-path',
  },
  {
    failure: 'V13',
    what: 'a URL as target has the authority of Host',
    file: `${PROTOCOL}/handshake/target.ts`,
    text: 'if (match === null || normalizeAuthority(match[1] as string, secure) !== authority) return undefined;',
    replacement: 'if (match === null) return undefined;',
    test: 'v13-origin-and-path',
  },
  {
    failure: 'V13',
    what: 'no backslash is in a path',
    file: `${PROTOCOL}/handshake/target.ts`,
    text: "if (path.includes('\\\\')) return undefined;",
    replacement: '',
    test: 'v13-origin-and-path',
  },
];
