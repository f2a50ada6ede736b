// Inputs made of other inputs. Knows nothing of what the bytes mean but the target's dictionary; {@link Target.vary} knows more.

import type { Random } from './random.ts';
import { latin1, type Target } from './target.ts';

/** Bytes next to a border of something: opcodes, length classes, signs, UTF-8 lead and continuation bytes, white space. */
const BYTES = [
  0x00, 0x01, 0x02, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x3b, 0x3d, 0x40, 0x5c, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x82,
  0x88, 0x89, 0x8a, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xfd, 0xfe,
  0xff,
];
/** Numbers as they stand in length fields. */
const LENGTHS = [0n, 1n, 2n, 125n, 126n, 127n, 128n, 255n, 256n, 1000n, 65_535n, 65_536n, 0x7fff_ffffn, 0x8000_0000n];
const LONG_LENGTHS = [
  ...LENGTHS,
  1n << 32n,
  (1n << 53n) - 1n,
  1n << 53n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
];

type Mutator = (random: Random, input: Uint8Array) => Uint8Array;

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Puts `part` in the place of `removed` bytes. */
function replaceAt(input: Uint8Array, at: number, removed: number, part: Uint8Array): Uint8Array {
  return join(input.subarray(0, at), part, input.subarray(at + removed));
}

/** A range that begins in the input; mostly short. */
function range(random: Random, input: Uint8Array): readonly [at: number, length: number] {
  const at = random.below(input.length + 1);
  const most = random.oneIn(4) ? input.length : 8;
  return [at, Math.min(input.length - at, 1 + random.below(most + 1))];
}

const MUTATORS: readonly Mutator[] = [
  function flipBit(random, input) {
    const at = random.below(input.length);
    return replaceAt(input, at, 1, Uint8Array.of((input[at] ?? 0) ^ (1 << random.below(8))));
  },
  function setByte(random, input) {
    return replaceAt(
      input,
      random.below(input.length),
      1,
      Uint8Array.of(random.oneIn(4) ? random.below(256) : random.pick(BYTES)),
    );
  },
  function addToByte(random, input) {
    const at = random.below(input.length);
    return replaceAt(input, at, 1, Uint8Array.of((input[at] ?? 0) + random.below(35) - 17));
  },
  function insertBytes(random, input) {
    const part = random.oneIn(2) ? random.bytes(1 + random.below(8)) : Uint8Array.of(random.pick(BYTES));
    return replaceAt(input, random.below(input.length + 1), 0, part);
  },
  function remove(random, input) {
    const [at, length] = range(random, input);
    return replaceAt(input, at, length, new Uint8Array(0));
  },
  function cutOff(random, input) {
    return input.slice(0, random.below(input.length + 1));
  },
  function repeat(random, input) {
    const [at, length] = range(random, input);
    const part = input.subarray(at, at + length);
    const times = random.oneIn(16) ? 64 : 1 + random.below(3);
    return replaceAt(input, at, 0, join(...Array.from({ length: times }, () => part)));
  },
  function move(random, input) {
    const [at, length] = range(random, input);
    const rest = replaceAt(input, at, length, new Uint8Array(0));
    return replaceAt(rest, random.below(rest.length + 1), 0, input.subarray(at, at + length));
  },
  function setLength(random, input) {
    const size = random.pick([1, 2, 4, 8]);
    const number = new Uint8Array(8);
    new DataView(number.buffer).setBigUint64(0, random.pick(size === 8 ? LONG_LENGTHS : LENGTHS));
    return replaceAt(input, random.below(input.length + 1), random.oneIn(4) ? 0 : size, number.subarray(8 - size));
  },
];

/** Makes inputs for a target out of those that are worth it. */
export class Mutation {
  readonly #random: Random;
  readonly #target: Target;
  readonly #dictionary: readonly Uint8Array[];

  constructor(target: Target, random: Random) {
    this.#target = target;
    this.#random = random;
    this.#dictionary = target.dictionary.map(latin1);
  }

  /** An input like none of the corpus, yet made of it; now and then a new one. */
  next(corpus: readonly Uint8Array[]): Uint8Array {
    const random = this.#random;
    if (corpus.length === 0 || random.oneIn(8)) return this.#cut(this.#target.generate(random));
    // The shorter of two: it does the same with less.
    const [one, two] = [this.#pick(corpus), this.#pick(corpus)];
    let input = one.length < two.length ? one : two;
    for (let count = 1 << random.below(5); count > 0; count--) input = this.#step(input, corpus);
    return this.#cut(input);
  }

  /** One in two from the latest eighth: what was found last has been tried least. */
  #pick(corpus: readonly Uint8Array[]): Uint8Array {
    const random = this.#random;
    const latest = corpus.length - 1 - random.below(Math.ceil(corpus.length / 8));
    return corpus[random.oneIn(2) ? latest : random.below(corpus.length)] as Uint8Array; // both are in range
  }

  #step(input: Uint8Array, corpus: readonly Uint8Array[]): Uint8Array {
    const random = this.#random;
    if (random.oneIn(4)) {
      const varied = this.#target.vary?.(random, input);
      if (varied !== undefined) return varied;
    }
    if (this.#dictionary.length > 0 && random.oneIn(5)) {
      const word = random.pick(this.#dictionary);
      return replaceAt(input, random.below(input.length + 1), random.oneIn(2) ? word.length : 0, word);
    }
    if (random.oneIn(12)) {
      const other = random.pick(corpus);
      return join(input.subarray(0, random.below(input.length + 1)), other.subarray(random.below(other.length + 1)));
    }
    return input.length === 0 ? random.bytes(4) : random.pick(MUTATORS)(random, input);
  }

  #cut(input: Uint8Array): Uint8Array {
    return input.slice(0, this.#target.maxLength);
  }
}
