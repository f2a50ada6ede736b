// Payloads of compressed messages, right and wrong, for both ways of inflating.

import { constants, deflateRawSync } from 'node:zlib';

export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

export function text(words: string): Uint8Array {
  return new Uint8Array(Buffer.from(words));
}

/** The payload zlib makes. */
export function deflated(message: Uint8Array, dictionary?: Uint8Array): Uint8Array {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, ...(dictionary !== undefined && { dictionary }) };
  return new Uint8Array(deflateRawSync(message, options).subarray(0, -4));
}

/** One final block. */
export function finalBlock(words: string): Uint8Array {
  return new Uint8Array(deflateRawSync(Buffer.from(words)));
}

/** Bytes that zlib cannot make smaller, the same each time. */
export function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 0x9e3779b9;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

export interface Deflated {
  readonly name: string;
  readonly payload: Uint8Array;
  readonly dictionary?: Uint8Array;
  readonly message: Uint8Array;
}

const HELLO = text('Hello');

/** The examples of RFC 7692, section 7.2.3, and more. */
export const DEFLATED: readonly Deflated[] = [
  { name: 'one block', payload: fromHex('f248cdc9c90700'), message: HELLO },
  { name: 'a reference to the message before', payload: fromHex('f200110000'), dictionary: HELLO, message: HELLO },
  { name: 'a block without compression', payload: fromHex('00 0500faff 48656c6c6f 00'), message: HELLO },
  { name: 'a final block', payload: fromHex('f348cdc9c9070000'), message: HELLO },
  { name: 'two blocks', payload: fromHex('f24805000000ffffcac9c90700'), message: HELLO },
  { name: 'the empty message', payload: fromHex('00'), message: new Uint8Array(0) },
  { name: 'the empty message of two bytes', payload: fromHex('0200'), message: new Uint8Array(0) },
  { name: 'a final block with nothing behind it', payload: fromHex('f348cdc9c90700'), message: HELLO },
  {
    name: 'three final blocks and another',
    payload: Buffer.concat([finalBlock('a'), finalBlock('b'), finalBlock('c'), deflated(text('d'))]),
    message: text('abcd'),
  },
  { name: 'several kilobytes', payload: deflated(noise(9000)), message: noise(9000) },
  { name: 'much in little', payload: deflated(new Uint8Array(200_000)), message: new Uint8Array(200_000) },
];

export const INVALID: readonly { readonly name: string; readonly payload: Uint8Array }[] = [
  { name: 'a block type that is reserved', payload: fromHex('07') },
  { name: 'a message that is cut', payload: fromHex('f248cdc9') },
  { name: 'a final block that is cut', payload: fromHex('f348cdc9c907') },
  { name: 'a block without compression that is cut', payload: fromHex('00 0500faff 4865') },
  { name: 'lengths that do not agree', payload: fromHex('00 0500faee 48656c6c6f 00') },
  { name: 'rubbish behind the message', payload: fromHex('f248cdc9c90700 deadbeef') },
  { name: 'rubbish behind a final block', payload: fromHex('f348cdc9c90700 deadbeef') },
  { name: 'a reference before the first byte', payload: fromHex('f200110000') },
  { name: 'a message that kept its end', payload: fromHex('f248cdc9c90700 0000ff') },
  { name: 'text', payload: text('Hello, this is not compressed.') },
];
