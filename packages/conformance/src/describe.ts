// What was expected and what came, in words that fit into a sentence.

import { isUtf8 } from 'node:buffer';
import type { Incoming } from './wire/frame-reader.ts';
import type { LinkEnd } from './wire/link.ts';

const SHOWN = 40;

/** “Hello”, or 0xfe fe fe (3 octets), cut where it is long. */
export function describePayload(payload: Uint8Array): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  if (bytes.length === 0) return 'no payload';
  const content = isUtf8(bytes) && bytes.length <= SHOWN ? `“${bytes.toString('utf8')}”` : hex(bytes);
  return `${content} (${octets(bytes.length)})`;
}

function hex(bytes: Buffer): string {
  return `0x${bytes.toString('hex', 0, SHOWN / 2)}${bytes.length > SHOWN / 2 ? '…' : ''}`;
}

export function octets(count: number): string {
  return count === 1 ? '1 octet' : `${count} octets`;
}

export function describeClose(code: number | undefined, reason: string): string {
  const said = reason === '' ? '' : ` “${reason}”`;
  return code === undefined ? 'a Close frame without a code' : `a Close frame with ${code}${said}`;
}

export function describeCodes(codes: readonly (number | undefined)[]): string {
  return `a Close frame with ${codes.map((code) => code ?? 'no code').join(' or ')}`;
}

export function describeEnd(how: LinkEnd): string {
  return how === 'fin' ? 'the end of the TCP connection' : 'a TCP connection that was broken off';
}

export function describeIncoming(incoming: Incoming): string {
  switch (incoming.kind) {
    case 'message':
      return `a ${incoming.binary ? 'binary' : 'text'} message, ${describePayload(incoming.payload)}`;
    case 'ping':
    case 'pong':
      return `a ${incoming.kind === 'ping' ? 'Ping' : 'Pong'}, ${describePayload(incoming.payload)}`;
    case 'close':
      return describeClose(incoming.code, incoming.reason);
    case 'fault':
      return `${incoming.what} (RFC ${incoming.rfc})`;
  }
}

/** Where two payloads that should be equal differ. */
export function describeDifference(expected: Uint8Array, received: Uint8Array): string {
  if (expected.length !== received.length) return '';
  const at = expected.findIndex((byte, index) => byte !== received[index]);
  return at < SHOWN ? '' : `, different from octet ${at} on`;
}
