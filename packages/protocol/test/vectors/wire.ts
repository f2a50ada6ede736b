// How bytes are written in the vectors: hex, with spaces wherever they help and `|` between frames. This file has its own masking
// and its own frame headers, so that the vectors do not check the protocol against itself.

/** The bytes that hex stands for; spaces and `|` mean nothing. */
export function fromHex(hex: string): Uint8Array {
  const digits = hex.replace(/[\s|]/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/.test(digits)) throw new Error(`Not hex: ${hex.slice(0, 80)}`);
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (digit(digits, at * 2) << 4) | digit(digits, at * 2 + 1);
  return bytes;
}

function digit(digits: string, at: number): number {
  const code = digits.charCodeAt(at);
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

const ascii = new TextDecoder();
const DIGITS: Uint8Array = new TextEncoder().encode('0123456789abcdef');

/** Hex without spaces. */
export function toHex(bytes: Uint8Array): string {
  // Megabytes of it are made for each runtime: decoding ASCII takes a tenth of the time of adding strings.
  const digits = new Uint8Array(bytes.length * 2);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    digits[at * 2] = DIGITS[byte >>> 4] ?? 0;
    digits[at * 2 + 1] = DIGITS[byte & 15] ?? 0;
  }
  return ascii.decode(digits);
}

/** One array of all. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Hex of a number in so many bytes, most significant first. */
export function uint(value: number | bigint, size: number): string {
  return value.toString(16).padStart(size * 2, '0');
}

/** Hex of a whole unmasked frame with the shortest length. */
export function frameHex(firstByte: number, payload: string): string {
  const length = fromHex(payload).length;
  const size = length < 126 ? uint(length, 1) : length < 65_536 ? `7e${uint(length, 2)}` : `7f${uint(length, 8)}`;
  return `${uint(firstByte, 1)}${size}${payload}`;
}

const encoder = new TextEncoder();

/** Hex of a text's UTF-8. */
export function utf8Hex(text: string): string {
  return toHex(encoder.encode(text));
}

/** The keys that {@link asClient} uses in turn. */
const KEYS: readonly string[] = ['37fa213d', '00000000', 'ffffffff', '01020304'];

/** Unmasked frames as a client sends them: each with a mask bit, a key, and a payload XORed with it. The last frame may be cut. */
export function asClient(frames: string, keys: readonly string[] = KEYS): string {
  return frames
    .split('|')
    .map((frame, index) => maskFrame(fromHex(frame), keys[index % keys.length] ?? ''))
    .join(' | ');
}

function maskFrame(frame: Uint8Array, key: string): string {
  const [first = 0, second = 0] = frame;
  const payloadStart = (second & 0x7f) < 126 ? 2 : (second & 0x7f) === 126 ? 4 : 10;
  const keyBytes = fromHex(key);
  const payload = frame.slice(payloadStart).map((byte, at) => byte ^ (keyBytes[at & 3] ?? 0));
  return toHex(Uint8Array.of(first, second | 0x80, ...frame.slice(2, payloadStart))) + key + toHex(payload);
}
