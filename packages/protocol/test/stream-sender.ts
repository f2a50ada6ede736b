// A MessageSender that writes what a test says, also before its turn has come, and records what it was told.

import type { MessageSender, MessageWriter } from '../src/send-lane.ts';

/** Sends one message frame by frame. */
export class StreamSender implements MessageSender {
  /** `started` and `cut`, as they came. */
  readonly told: string[] = [];
  readonly #queued: ((writer: MessageWriter) => void)[] = [];
  #writer: MessageWriter | undefined;
  readonly #inStart: () => void;
  readonly #inCut: () => void;

  constructor(inStart: () => void = () => {}, inCut: () => void = () => {}) {
    this.#inStart = inStart;
    this.#inCut = inCut;
  }

  start(writer: MessageWriter): void {
    this.told.push('started');
    this.#writer = writer;
    for (const act of this.#queued) act(writer);
    this.#inStart();
  }

  cut(): void {
    this.told.push('cut');
    this.#inCut();
  }

  write(bytes: Uint8Array): void {
    this.#act((writer) => writer.write(bytes));
  }

  end(): void {
    this.#act((writer) => writer.end());
  }

  withdraw(): void {
    this.#act((writer) => writer.withdraw());
  }

  #act(act: (writer: MessageWriter) => void): void {
    if (this.#writer === undefined) this.#queued.push(act);
    else act(this.#writer);
  }
}
