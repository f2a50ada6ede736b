// SHA-1 (FIPS 180-4), synchronous and portable, because the opening handshake asks for it (RFC 6455, section 1.3) and WebCrypto is
// asynchronous. It proves that a server read the key; it keeps no secret. The accept key needs only two blocks, and the second is
// always the same, so the message schedule is a step of its own that accept-key.ts does once.

/** Words in the message schedule of a block. */
export const SCHEDULE_WORDS = 80;

/** Puts the state every hash starts from into `state`, five words. */
export function reset(state: Int32Array): void {
  state[0] = 0x67452301;
  state[1] = 0xefcdab89;
  state[2] = 0x98badcfe;
  state[3] = 0x10325476;
  state[4] = 0xc3d2e1f0;
}

/** Extends the sixteen words of a block, at the front of `schedule`, to all eighty (FIPS 180-4, section 6.1.2, step 1). */
export function expand(schedule: Int32Array): void {
  for (let t = 16; t < SCHEDULE_WORDS; t++) {
    // All indices are below 80, the length of the schedule.
    const word =
      (schedule[t - 3] as number) ^
      (schedule[t - 8] as number) ^
      (schedule[t - 14] as number) ^
      (schedule[t - 16] as number);
    schedule[t] = (word << 1) | (word >>> 31);
  }
}

/** Mixes one expanded block into `state` (FIPS 180-4, section 6.1.2, steps 2 to 4). */
export function compress(state: Int32Array, schedule: Int32Array): void {
  // The state has five words and the schedule eighty.
  const h0 = state[0] as number;
  const h1 = state[1] as number;
  const h2 = state[2] as number;
  const h3 = state[3] as number;
  const h4 = state[4] as number;
  let a = h0;
  let b = h1;
  let c = h2;
  let d = h3;
  let e = h4;
  let t = 0;
  for (; t < 20; t++) {
    const next = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + (schedule[t] as number)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; t < 40; t++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + (schedule[t] as number)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; t < 60; t++) {
    const next = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + (schedule[t] as number)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (; t < SCHEDULE_WORDS; t++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + (schedule[t] as number)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = h0 + a;
  state[1] = h1 + b;
  state[2] = h2 + c;
  state[3] = h3 + d;
  state[4] = h4 + e;
}

/** How many bytes a digest has. */
export const DIGEST_BYTES = 20;

/** The state as the bytes of a digest, in `bytes`. */
export function digest(state: Int32Array, bytes: Uint8Array = new Uint8Array(DIGEST_BYTES)): Uint8Array {
  for (let i = 0; i < DIGEST_BYTES; i++) bytes[i] = (state[i >> 2] as number) >>> (24 - 8 * (i & 3));
  return bytes;
}
