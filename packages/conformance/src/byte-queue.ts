// Raw octets of a link before there are frames: read up to the end of an HTTP head, hand the rest on.

import { Bell } from './bell.ts';
import { describeEnd, octets } from './describe.ts';
import { CaseFailure } from './failure.ts';
import { type Head, readHead } from './wire/head.ts';
import type { Link, LinkEnd } from './wire/link.ts';

export class ByteQueue {
  readonly #link: Link;
  readonly #deadline: number;
  #bytes: Buffer = Buffer.alloc(0);
  #end: LinkEnd | undefined;
  readonly #bell: Bell = new Bell();

  /** @param deadline on the clock of `performance.now()` */
  constructor(link: Link, deadline: number) {
    this.#link = link;
    this.#deadline = deadline;
    link.read({
      received: (chunk) => {
        this.#bytes = Buffer.concat([this.#bytes, chunk]);
        this.#bell.ring();
      },
      ended: (how) => {
        this.#end = how;
        this.#bell.ring();
      },
    });
  }

  /** Takes the next HTTP head. */
  async head(expected: string): Promise<Head> {
    for (;;) {
      const head = this.#readHead(expected);
      if (head !== undefined) {
        this.#bytes = this.#bytes.subarray(head.size);
        return head;
      }
      if (this.#end !== undefined) {
        throw new CaseFailure(`Expected ${expected}, and received ${this.#left()}${describeEnd(this.#end)}.`);
      }
      if (!(await this.#more(this.#deadline - performance.now()))) {
        throw new CaseFailure(`Expected ${expected}, and received ${this.#left()}nothing more in time.`);
      }
    }
  }

  /** What is left and comes until the end of the TCP connection. */
  async untilEnd(expected: string): Promise<Buffer> {
    while (this.#end === undefined) {
      if (!(await this.#more(this.#deadline - performance.now()))) {
        throw new CaseFailure(`Expected ${expected}, and received ${this.#left()}nothing more in time.`);
      }
    }
    return this.take();
  }

  /** Whether octets or the end come within this many milliseconds. */
  async anything(milliseconds: number): Promise<boolean> {
    return this.#bytes.length > 0 || this.#end !== undefined || this.#more(milliseconds);
  }

  get end(): LinkEnd | undefined {
    return this.#end;
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  /** Everything that is there. */
  take(): Buffer {
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    return bytes;
  }

  /** Leaves the link to another reader, which is told what is left here. */
  release(): void {
    this.#link.giveBack(this.take());
  }

  #readHead(expected: string): Head | undefined {
    try {
      return readHead(this.#bytes);
    } catch (error) {
      throw new CaseFailure(`Expected ${expected}, and received ${(error as Error).message}.`);
    }
  }

  #left(): string {
    return this.#bytes.length === 0 ? '' : `${octets(this.#bytes.length)} that are no whole HTTP head, then `;
  }

  #more(milliseconds: number): Promise<boolean> {
    return this.#bell.wait(milliseconds);
  }
}
