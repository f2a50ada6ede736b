// Runs the handshake vectors against any copy of the protocol package: its sources under vitest, or what was built from them in another
// runtime. No test framework and no runtime's own names are used here.

import type { Report } from './replay.ts';
import { REQUEST_VECTORS, type RequestVector, SAMPLE_ACCEPT, SAMPLE_KEY } from './request-vectors.ts';
import { RESPONSE_VECTORS, type ResponseVector } from './response-vectors.ts';
import { ACCEPT_KEY_VECTORS } from './sha1-vectors.ts';
import { difference, verdict } from './verdict.ts';

interface Decoder<Head> {
  push(chunk: Uint8Array): { readonly head: Head; readonly consumed: number } | undefined;
}

/** What the vectors need of the package. `Request` and `Response` are its heads, which only it looks into. */
export interface HandshakeApi<Request, Response> {
  RequestHeadDecoder: new () => Decoder<Request>;
  ResponseHeadDecoder: new () => Decoder<Response>;
  acceptKey(key: string): string;
  checkRequest(head: Request, policy: { readonly secure: boolean }): object;
  checkResponse(head: Response, offer: { readonly host: string; readonly key: string }): object;
}

/** What came of a vector: an error, or an agreement and the bytes that were left over, one character a byte. */
export interface Outcome {
  readonly error?: { readonly name: unknown; readonly code: unknown; readonly status: unknown };
  readonly result?: object;
  readonly rest?: string;
}

/** First bytes of frames, chosen to look like more of the head. */
export const TRAILING = '\x81\x02hi\r\n\r\nX: y\r\n\r\n\0\xff';

export function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** One character a byte. */
export function toText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

/** The bytes in chunks of `size`, each in a buffer of its own. */
export function inChunks(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
  return chunks;
}

/** Feeds a decoder, and gives what it finds to `check`. */
export function run<Head>(
  decoder: Decoder<Head>,
  chunks: readonly Uint8Array[],
  check: (head: Head) => object,
): Outcome {
  try {
    for (const [i, chunk] of chunks.entries()) {
      const done = decoder.push(chunk);
      if (done === undefined) continue;
      const rest = [chunk.subarray(done.consumed), ...chunks.slice(i + 1)].map(toText).join('');
      return { result: check(done.head), rest };
    }
    return {};
  } catch (error) {
    const { name, code, status } = error as { name?: unknown; code?: unknown; status?: unknown };
    return { error: { name, code, status } };
  }
}

/** What a server makes of a request. */
export function requestOutcome<Request, Response>(
  api: HandshakeApi<Request, Response>,
  vector: RequestVector,
  chunks: readonly Uint8Array[],
): Outcome {
  const policy = { secure: false, ...vector.policy };
  return run(new api.RequestHeadDecoder(), chunks, (head) => api.checkRequest(head, policy));
}

/** What a client makes of a response. */
export function responseOutcome<Request, Response>(
  api: HandshakeApi<Request, Response>,
  vector: ResponseVector,
  chunks: readonly Uint8Array[],
): Outcome {
  const offer = { host: 'example.com', key: SAMPLE_KEY, ...vector.offer };
  return run(new api.ResponseHeadDecoder(), chunks, (head) => api.checkResponse(head, offer));
}

/** What should come of a request vector that `rest` follows. */
export function expectedOfRequest(vector: RequestVector, rest: string): Outcome {
  if ('code' in vector.outcome) return { error: { name: 'HandshakeError', ...vector.outcome } };
  const result = {
    key: SAMPLE_KEY,
    accept: SAMPLE_ACCEPT,
    host: 'example.com',
    path: '/chat',
    query: '',
    subprotocol: '',
    offeredSubprotocols: [],
    extensions: [],
    ...vector.outcome,
  };
  return { result, rest };
}

/** What should come of a response vector that `rest` follows. */
export function expectedOfResponse(vector: ResponseVector, rest: string): Outcome {
  if ('code' in vector.outcome) return { error: { name: 'HandshakeError', ...vector.outcome } };
  return { result: { ...vector.outcome, extensions: [] }, rest };
}

/** Vectors with a title each, that names the code of a failure. */
export function titled<Vector extends RequestVector | ResponseVector>(
  vectors: readonly Vector[],
): [title: string, vector: Vector][] {
  return vectors.map((vector) => [
    `${'code' in vector.outcome ? vector.outcome.code : 'fine'}: ${vector.name}`,
    vector,
  ]);
}

/** JSON with sorted keys, to compare by. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Runs a vector whole and byte by byte, alone and with trailing bytes. Returns what differs, or undefined. */
export function inEveryWay(
  raw: string,
  run: (chunks: readonly Uint8Array[]) => Outcome,
  expect: (rest: string) => Outcome,
): string | undefined {
  for (const rest of ['', TRAILING]) {
    const bytes = toBytes(raw + rest);
    for (const size of [bytes.length, 1]) {
      const way = `${size === 1 ? 'byte by byte' : 'whole'}, ${rest.length} bytes after it`;
      const wrong = difference(way, canonical(run(inChunks(bytes, size))), canonical(expect(rest)));
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

/** Replays every vector of the handshake. */
export function replayHandshake<Request, Response>(api: HandshakeApi<Request, Response>, report: Report): void {
  for (const [key, accept] of ACCEPT_KEY_VECTORS) {
    verdict(report, `accept key of ${key}`, () => difference('answered', api.acceptKey(key), accept));
  }
  for (const [title, vector] of titled(REQUEST_VECTORS)) {
    verdict(report, `request, ${title}`, () =>
      inEveryWay(
        vector.raw,
        (chunks) => requestOutcome(api, vector, chunks),
        (rest) => expectedOfRequest(vector, rest),
      ),
    );
  }
  for (const [title, vector] of titled(RESPONSE_VECTORS)) {
    verdict(report, `response, ${title}`, () =>
      inEveryWay(
        vector.raw,
        (chunks) => responseOutcome(api, vector, chunks),
        (rest) => expectedOfResponse(vector, rest),
      ),
    );
  }
}
