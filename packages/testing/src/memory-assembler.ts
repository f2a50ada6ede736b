// Frames to messages: wholes as they are, and chunks joined, or told as a stream where one was asked for.

import { join, type Message, type Streams } from '@framewire/connection';
import type { WireFrame } from './memory-wire.ts';

type DataFrame = Exclude<WireFrame, { readonly kind: 'close' }>;

const decoder: { decode(bytes: Uint8Array): string } = new TextDecoder('utf-8', { ignoreBOM: true });

export class MemoryAssembler {
  readonly #push: (message: Message) => void;
  readonly #streams: Streams | undefined;
  #asked = false;
  /** The message under way while it is joined. */
  #joining: { readonly type: 'text' | 'binary'; readonly parts: Uint8Array[] } | undefined;

  /** @param streams absent where a message is always taken as a whole */
  constructor(push: (message: Message) => void, streams?: Streams) {
    this.#push = push;
    this.#streams = streams;
  }

  /** While on, the next message, or the one under way, is told as a stream. */
  streamNext(on: boolean): void {
    this.#asked = on;
    const joining = this.#joining;
    if (!on || joining === undefined) return;
    this.#joining = undefined;
    this.#streams?.start(joining.type);
    for (const part of joining.parts) this.#streams?.part(part);
  }

  frame(frame: DataFrame): void {
    if (frame.kind === 'begin') {
      if (this.#asked) this.#streams?.start(frame.type);
      else this.#joining = { type: frame.type, parts: [] };
    } else if (frame.kind === 'part') {
      if (this.#joining === undefined) this.#streams?.part(frame.payload);
      else this.#joining.parts.push(frame.payload);
    } else if (frame.kind === 'end') {
      if (this.#joining === undefined) this.#streams?.end();
      else this.#complete(this.#joining.type, this.#joining.parts);
    } else {
      this.#push(messageOf(frame.kind, frame.payload));
    }
  }

  #complete(type: 'text' | 'binary', parts: readonly Uint8Array[]): void {
    this.#joining = undefined;
    this.#push(messageOf(type, join(parts)));
  }
}

function messageOf(type: 'text' | 'binary', payload: Uint8Array): Message {
  return type === 'text' ? decoder.decode(payload) : payload;
}
