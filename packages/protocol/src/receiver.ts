// What reads the bytes of a peer: a decoder and an assembler. Between two messages they know nothing that the next connection must not
// know, so an Endpoint has them only while a frame, a message or a chunk is under way, and the endpoints of one server pass a few of them
// around. An idle endpoint costs 128 bytes instead of 737 for that, and those few stay in the cache of the processor.

import { FrameDecoder } from './frame-decoder.ts';
import type { Mask } from './mask.ts';
import { type AssemblerOptions, MessageAssembler } from './message-assembler.ts';
import type { ControlSink, MessageSink } from './message-sink.ts';
import type { MessageTransform } from './message-transform.ts';
import type { Role } from './role.ts';

/** So many wait for the next chunk at most. More are in use only while messages come in more than one chunk. */
const MOST_SPARE = 16;

/** Told nothing: what has nothing under way tells nothing. */
const nobody: MessageSink & ControlSink = /* @__PURE__ */ Object.create(null);

interface ReceiverSettings extends AssemblerOptions {
  readonly role: Role;
  readonly mask: Mask;
}

/** Reads frames and joins them to messages, for one connection at a time. */
export class Receiver {
  readonly assembler: MessageAssembler;
  readonly decoder: FrameDecoder;

  constructor(settings: ReceiverSettings) {
    this.assembler = new MessageAssembler(nobody, nobody, settings);
    this.decoder = new FrameDecoder(this.assembler, settings.role, false, settings.mask);
  }

  /** Whether it holds nothing of the connection it serves. */
  get idle(): boolean {
    return this.decoder.idle && this.assembler.idle;
  }

  /**
   * Goes on with another connection, which only an idle one may.
   *
   * @param transform the codec of its extension
   * @param discarding whether it is closing, and wants no messages any more
   * @param streamNext whether it wants the next message as a stream
   */
  serve(
    messages: MessageSink,
    control: ControlSink,
    transform: MessageTransform | undefined,
    discarding: boolean,
    streamNext: boolean,
  ): void {
    this.decoder.allowRsv1(transform !== undefined);
    this.assembler.serve(messages, control, transform, discarding, streamNext);
  }

  /** Delivers nothing, also in the middle of a chunk. */
  suspend(): void {
    this.decoder.suspend();
    this.assembler.pause();
  }

  /** Drops what came and was not delivered, and what comes. */
  stop(): void {
    this.decoder.stop();
    this.assembler.discard();
  }
}

/** The receivers of endpoints with the same settings that have nothing to do. */
export class ReceiverPool {
  readonly #settings: ReceiverSettings;
  readonly #spare: Receiver[] = [];

  constructor(settings: ReceiverSettings) {
    this.#settings = settings;
  }

  /** One to use: the last that was given back. */
  take(): Receiver {
    return this.#spare.pop() ?? new Receiver(this.#settings);
  }

  /** Takes one back that is idle. It keeps nothing of its last connection alive. */
  give(receiver: Receiver): void {
    receiver.serve(nobody, nobody, undefined, false, false);
    if (this.#spare.length < MOST_SPARE) this.#spare.push(receiver);
  }
}
