// A process of ours that gets bad input, seen from outside: whether it lives, what it prints, and what its application says it heard.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { at } from './runtimes.ts';

/** An error as plain data. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly closeCode?: number;
  readonly status?: number;
  readonly section?: string;
  readonly phase?: string;
  readonly responseStatus?: number;
  readonly cause?: PlainError;
}

/** What an application that listens says. */
export type Heard =
  | { readonly kind: 'listening'; readonly id: string; readonly port: number }
  | { readonly kind: 'refused'; readonly error: PlainError }
  | {
      readonly kind: 'closed';
      readonly messages: readonly (string | Uint8Array)[];
      readonly thrown?: PlainError;
      readonly closure: {
        readonly code: number;
        readonly clean: boolean;
        readonly sent?: object;
        readonly error?: PlainError;
      };
    };

/** A process with a server or clients of ours. */
export class Victim {
  readonly #child: ChildProcess;
  readonly #heard: Heard[] = [];
  readonly #waiting: ((heard: Heard) => void)[] = [];
  readonly #died: Promise<never>;
  /** What it printed: nothing, when all goes well. */
  printed = '';

  /** @param script in the folder of the peers */
  constructor(script: string) {
    this.#child = fork(at(`peers/${script}`), { silent: true, serialization: 'advanced', execArgv: [] });
    this.#child.on('message', (message) => {
      const heard = message as Heard;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#heard.push(heard);
      else waiting(heard);
    });
    this.#died = once(this.#child, 'exit').then(() => Promise.reject(new Error(`The process died.\n${this.printed}`)));
    this.#died.catch(() => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text;
      });
    }
  }

  get lives(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  tell(command: object): void {
    this.#child.send(command);
  }

  /** The next thing its application says. */
  hears(): Promise<Heard> {
    const heard = this.#heard.shift();
    if (heard !== undefined) return Promise.resolve(heard);
    return Promise.race([this.#died, new Promise<Heard>((resolve) => this.#waiting.push(resolve))]);
  }

  /** What its application has said and nobody has asked for. */
  get unasked(): readonly Heard[] {
    return this.#heard;
  }

  async stop(): Promise<void> {
    // Not 'close': it does not come after disconnect().
    const ended = once(this.#child, 'exit');
    this.#child.disconnect();
    await ended;
  }
}
