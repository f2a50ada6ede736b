// Names every field in a logged stream of octets: the HTTP head first, then the fields of each frame. It follows one direction
// of one connection, and gives up, rather than guess, where octets were left out of the log.

import { isUtf8 } from 'node:buffer';
import { applyMask } from './frame.ts';

/** Octets that belong together. */
export interface Segment {
  readonly hex: string;
  /** What it is and says; empty for the first part of something whose rest comes later. */
  readonly meaning: string;
}

const OPCODES: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'Close',
  9: 'Ping',
  10: 'Pong',
};
const SHOWN = 64;

type Field = 'head' | 'first' | 'length' | 'long length' | 'mask' | 'payload' | 'unknown';

export class Explainer {
  #field: Field = 'head';
  #needed = 0;
  #held: Buffer = Buffer.alloc(0);
  #opcode = 0;
  #masked = false;
  #length = 0n;
  #key: Buffer | undefined;
  /** How many octets of the payload were shown or skipped. */
  #position = 0;

  /** @param length how many octets went over the wire, of which `bytes` are the first */
  explain(bytes: Buffer, length: number): Segment[] {
    const segments: Segment[] = [];
    let rest = bytes;
    while (rest.length > 0) {
      const taken = rest.subarray(0, this.#take(rest));
      rest = rest.subarray(taken.length);
      segments.push({ hex: taken.toString('hex'), meaning: this.#eat(taken) });
    }
    if (length > bytes.length) this.#skip(length - bytes.length);
    return segments;
  }

  /** Octets were left out, and nobody knows how many were of this direction. */
  lose(): void {
    this.#field = 'unknown';
  }

  #take(rest: Buffer): number {
    if (this.#field === 'unknown') return rest.length;
    if (this.#field === 'payload') return Number(min(this.#length - BigInt(this.#position), BigInt(rest.length)));
    if (this.#field !== 'head') return Math.min(rest.length, this.#needed - this.#held.length);
    const end = Buffer.concat([this.#held, rest]).indexOf('\r\n\r\n');
    return end === -1 ? rest.length : end + 4 - this.#held.length;
  }

  #eat(taken: Buffer): string {
    switch (this.#field) {
      case 'unknown':
        return 'what this is cannot be told, because octets before it were left out of the log';
      case 'payload':
        return this.#payload(taken);
      default:
        this.#held = Buffer.concat([this.#held, taken]);
        return this.#complete() ? this.#whole() : '';
    }
  }

  #complete(): boolean {
    return this.#field === 'head' ? this.#held.includes('\r\n\r\n') : this.#held.length === this.#needed;
  }

  #whole(): string {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    switch (this.#field) {
      case 'head':
        this.#expect('first', 1);
        return held.toString('latin1').trimEnd();
      case 'first':
        return this.#first(held.readUInt8());
      case 'length':
        return this.#lengthOctet(held.readUInt8());
      case 'long length':
        this.#length = held.length === 2 ? BigInt(held.readUInt16BE()) : held.readBigUInt64BE();
        this.#afterLength();
        return `${this.#length} octets, in ${held.length * 8} bits`;
      default:
        this.#key = held;
        this.#startPayload();
        return 'masking key';
    }
  }

  #first(octet: number): string {
    this.#opcode = octet & 0xf;
    this.#expect('length', 1);
    const bits = ['FIN', 'RSV1', 'RSV2', 'RSV3'].filter((_, index) => octet & (0x80 >> index));
    return [...bits, OPCODES[this.#opcode] ?? `reserved opcode ${this.#opcode}`].join(', ');
  }

  #lengthOctet(octet: number): string {
    this.#masked = (octet & 0x80) !== 0;
    const short = octet & 0x7f;
    const mask = this.#masked ? 'masked, ' : '';
    if (short >= 126) {
      this.#expect('long length', short === 126 ? 2 : 8);
      return `${mask}the length follows in ${short === 126 ? 16 : 64} bits`;
    }
    this.#length = BigInt(short);
    this.#afterLength();
    return `${mask}${short} ${short === 1 ? 'octet' : 'octets'}`;
  }

  #afterLength(): void {
    if (this.#masked) this.#expect('mask', 4);
    else {
      this.#key = undefined;
      this.#startPayload();
    }
  }

  #startPayload(): void {
    this.#position = 0;
    if (this.#length === 0n) this.#expect('first', 1);
    else this.#field = 'payload';
  }

  #payload(taken: Buffer): string {
    const clear = Buffer.from(taken);
    const key = this.#key;
    if (key !== undefined) {
      // The key goes on where the last piece of the payload ended.
      const phase = this.#position % 4;
      applyMask(clear, Buffer.concat([key.subarray(phase), key.subarray(0, phase)]));
    }
    const begins = this.#position === 0;
    this.#advance(taken.length);
    if (begins && this.#opcode === 8 && clear.length >= 2) {
      const reason = clear.subarray(2);
      return `code ${clear.readUInt16BE()}${reason.length === 0 ? '' : `, reason ${show(reason)}`}`;
    }
    return `payload ${show(clear)}`;
  }

  #advance(octets: number): void {
    this.#position += octets;
    if (BigInt(this.#position) >= this.#length) this.#expect('first', 1);
  }

  /** Octets of one write that were not kept: only inside a payload is it known what they were. */
  #skip(octets: number): void {
    const left = this.#length - BigInt(this.#position);
    if (this.#field === 'payload' && BigInt(octets) <= left) this.#advance(octets);
    else this.lose();
  }

  #expect(field: Field, needed: number): void {
    this.#field = field;
    this.#needed = needed;
  }
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** As text where it is text that can be shown, else as the octets without the mask. */
function show(bytes: Buffer): string {
  const cut = bytes.length > SHOWN ? '…' : '';
  const shown = bytes.subarray(0, SHOWN);
  const text = shown.toString('utf8');
  const printable = isUtf8(shown) && !/\p{Cc}/u.test(text);
  return printable ? `“${text}${cut}”` : `0x${shown.toString('hex')}${cut}`;
}
