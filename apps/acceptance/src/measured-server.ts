// A server of ours in a process of its own, that is attacked: it says what it holds, and whether it lives.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ServeOptions } from '@framewire/node-server';
import { at } from './runtimes.ts';

/** How the server is set up. */
export interface Setup {
  /**
   * `loop` reads and keeps nothing, `keeper` reads and keeps what is binary, `silent` never reads, `echo` sends back, `watcher` looks at what waits
   * to be sent. Default: `loop`.
   */
  readonly application?: 'loop' | 'keeper' | 'silent' | 'echo' | 'watcher';
  /** `held`: every handshake waits for {@link MeasuredServer.release}. `rejects`: it fails. Default: there is none. */
  readonly authorize?: 'held' | 'rejects';
  /** An HTTP server of which it takes the upgrades, or one that gets what is none. */
  readonly http?: 'none' | 'upgrade' | 'beside';
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly options?: Pick<
    ServeOptions,
    'deflate' | 'maxFragments' | 'maxMessageSize' | 'maxControlFrames' | 'handshakeTimeout' | 'origins' | 'subprotocols'
  >;
}

/** All in bytes, after the garbage was collected. */
export interface Measures {
  /** Heap, and what is outside of it on its behalf, array buffers included. */
  readonly held: number;
  /** The same without compiled code. */
  readonly heldData: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
  /** The most it ever had, as the kernel saw it. */
  readonly peak: number;
  readonly connections: number;
  /** How many messages came. */
  readonly messages: number;
  /** The most bytes that ever waited to be sent, as a `watcher` saw it. */
  readonly mostBuffered: number;
}

/** How many objects of a kind there are. */
export type Census = Readonly<Record<string, number>>;

/** How one connection ended. */
export interface Ended {
  readonly code: number;
  readonly sent?: number;
  readonly error?: string;
}

/** What its functions were called with. */
export interface HeardRequests {
  /** Targets of the requests that an HTTP server got. */
  readonly requests: readonly string[];
  /** Paths of the handshakes that were accepted. */
  readonly opened: readonly string[];
  /** Codes of the refusals. */
  readonly refused: readonly string[];
}

type FromChild =
  | { readonly event: 'listening'; readonly port: number }
  | { readonly event: 'authorizing' }
  | { readonly event?: undefined; readonly id: number; readonly result: unknown };

export class MeasuredServer {
  port = 0;
  /** What it printed: nothing, when all goes well. */
  printed = '';
  readonly #child: ChildProcess;
  readonly #died: Promise<never>;
  readonly #answers: Map<number, (result: unknown) => void> = new Map();
  #asked = 0;
  #authorizing = 0;
  #progress: () => void = () => undefined;
  readonly #listening: PromiseWithResolvers<void> = Promise.withResolvers();

  private constructor(setup: Setup, flags: readonly string[]) {
    const execArgv = ['--expose-gc', '--disable-warning=ExperimentalWarning', ...flags];
    this.#child = fork(at('peers/measured-server.mjs'), [JSON.stringify(setup)], { silent: true, execArgv });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text;
      });
    }
    this.#died = once(this.#child, 'close').then(() => Promise.reject(new Error(`The process died.\n${this.printed}`)));
    this.#died.catch(() => undefined);
    this.#child.on('message', (message) => this.#heard(message as FromChild));
  }

  /** @param flags of Node */
  static async start(setup: Setup = {}, flags: readonly string[] = []): Promise<MeasuredServer> {
    const server = new MeasuredServer(setup, flags);
    await server.#orDies(server.#listening.promise);
    return server;
  }

  get lives(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  measure(): Promise<Measures> {
    return this.#ask('measure') as Promise<Measures>;
  }

  census(): Promise<Census> {
    return this.#ask('census') as Promise<Census>;
  }

  /** Resolves when no socket is left. */
  async deserted(): Promise<void> {
    await this.until(
      () => this.#ask('sockets'),
      (sockets) => sockets === 0,
    );
  }

  closures(): Promise<readonly Ended[]> {
    return this.#ask('closures') as Promise<readonly Ended[]>;
  }

  heard(): Promise<HeardRequests> {
    return this.#ask('heard') as Promise<HeardRequests>;
  }

  /** Lets the handshakes go on that wait. */
  async release(): Promise<void> {
    await this.#ask('release');
  }

  /** Asks again and again until the answer is right. */
  async until<T>(ask: () => Promise<T>, right: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (right(answer)) return answer;
      await this.#ask('wait', 10);
    }
  }

  /** Resolves when so many handshakes have come to the function of the application, since the start. */
  async authorizing(count: number): Promise<void> {
    while (this.#authorizing < count) {
      await this.#orDies(
        new Promise<void>((resolve) => {
          this.#progress = resolve;
        }),
      );
    }
  }

  async stop(): Promise<void> {
    if (!this.lives) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #heard(message: FromChild): void {
    if (message.event === undefined) {
      this.#answers.get(message.id)?.(message.result);
      this.#answers.delete(message.id);
    } else if (message.event === 'listening') {
      this.port = message.port;
      this.#listening.resolve();
    } else {
      this.#authorizing++;
      this.#progress();
    }
  }

  #ask(command: string, argument?: unknown): Promise<unknown> {
    const id = ++this.#asked;
    const answer = new Promise((resolve) => this.#answers.set(id, resolve));
    if (this.lives) this.#child.send({ id, command, argument }, () => undefined);
    return this.#orDies(answer);
  }

  #orDies<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#died]);
  }
}
