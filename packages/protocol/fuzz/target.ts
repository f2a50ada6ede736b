// What a target is: a law about one part of the protocol, checked for one input at a time. An input is bytes and nothing else, so that
// it can be mutated, cut down, written to a file and run again: what an input chooses besides its bytes, such as a role or how it is cut
// into chunks, stands in its first two bytes.

import { Random } from './random.ts';

/** A law, and how to come by inputs that try it. */
export interface Target {
  /** Checks one input. Returns in a few words what came of it: an input with a new outcome is worth keeping. Throws when the law is broken. */
  run(input: Uint8Array): string;
  /** An input that is mostly as the law's subject expects it. */
  generate(random: Random): Uint8Array;
  /** A variation that knows what the bytes mean; undefined where it knows none. */
  vary?(random: Random, input: Uint8Array): Uint8Array | undefined;
  /** What is put into inputs, one character a byte. */
  readonly dictionary: readonly string[];
  /** Inputs are cut to this many bytes. */
  readonly maxLength: number;
  /** The sources whose coverage guides the search. Default: those of all packages. */
  readonly covers?: RegExp;
}

/** How many bytes of an input are choices. */
export const CHOICES = 2;

/** An input, read. */
export class Input {
  /** What the law is about. */
  readonly body: Uint8Array;
  readonly #choices: number;
  readonly #cut: number;

  constructor(input: Uint8Array) {
    this.#choices = input[0] ?? 0;
    this.#cut = input[1] ?? 0;
    this.body = input.slice(CHOICES);
  }

  /** One of eight choices. */
  chooses(bit: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7): boolean {
    return ((this.#choices >>> bit) & 1) === 1;
  }

  /** The choices from this bit on as a number. */
  choice<Item>(bit: number, items: readonly Item[]): Item {
    return items[(this.#choices >>> bit) % items.length] as Item; // the index is in range
  }

  /** Numbers that depend on the second byte alone. */
  get random(): Random {
    return new Random(this.#cut);
  }

  /** The body, cut as the second byte says; each chunk in a buffer of its own. */
  chunks(): Uint8Array[] {
    return this.random.chunks(this.body);
  }
}

/** An input of random choices with this body. */
export function withChoices(random: Random, body: Uint8Array): Uint8Array {
  const input = new Uint8Array(CHOICES + body.length);
  input[0] = random.below(256);
  input[1] = random.below(256);
  input.set(body, CHOICES);
  return input;
}

/** The bytes of a text with one character a byte. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
