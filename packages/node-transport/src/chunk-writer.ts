// Where the chunks of one `sendStream` go: into frames, as long as the send queue has room for them and others have had their turn.

import type { ChunkWriter, DrainGate } from '@framewire/connection';
import type { MessageWriter } from '@framewire/protocol';

/** The connection a stream is sent on. */
export interface ChunkWriterPort {
  /** Bytes written that the kernel has not taken. */
  readonly queuedBytes: number;
  /** The message cannot be completed. */
  streamFailed(error: unknown): void;
}

export class FrameChunkWriter implements ChunkWriter {
  readonly #writer: MessageWriter;
  readonly #gate: DrainGate;
  readonly #port: ChunkWriterPort;
  readonly #writesPerTurn: number;
  #writes = 0;

  constructor(writer: MessageWriter, gate: DrainGate, port: ChunkWriterPort, writesPerTurn: number) {
    this.#writer = writer;
    this.#gate = gate;
    this.#port = port;
    this.#writesPerTurn = writesPerTurn;
  }

  write(bytes: Uint8Array): boolean {
    this.#writer.write(bytes);
    const hasRoom = this.#gate.filled(this.#port.queuedBytes);
    return ++this.#writes < this.#writesPerTurn && hasRoom;
  }

  /** A source that never waits for anything would keep everybody else from their turn for as long as the socket takes its chunks. */
  async drained(): Promise<void> {
    this.#writes = 0;
    await this.#gate.wait();
    await new Promise(setImmediate);
  }

  end(): boolean {
    this.#writer.end();
    return this.#gate.filled(this.#port.queuedBytes);
  }

  withdraw(): void {
    this.#writer.withdraw();
  }

  abort(error: unknown): void {
    this.#port.streamFailed(error);
  }
}
