// A process with servers or clients of ours that something bad happens to. It says over its channel what its application hears, does what it is
// told, and is ended from outside, for it may be stopped, or out of memory or of file descriptors.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from './child.ts';
import { at } from './runtimes.ts';
import type { PlainError } from './victim.ts';
import { within } from './within.ts';

/** How a connection ended, as plain data. */
export interface PlainClosure {
  readonly code: number;
  readonly reason: string;
  readonly clean: boolean;
  readonly sent?: { readonly code: number };
  readonly error?: PlainError;
}

/** What the applications say. */
export type Said =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'opened'; readonly id: number; readonly path: string }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed'; readonly error: PlainError }
  | { readonly kind: 'refused'; readonly id: number; readonly error: PlainError }
  | { readonly kind: 'census'; readonly census: Census }
  | { readonly kind: 'mark'; readonly id: number; readonly count: number }
  | {
      readonly kind: 'closed';
      readonly id: number;
      readonly path: string;
      readonly closure: PlainClosure;
      /** Numbers that came, and how many of them were not the next. */
      readonly received: number;
      readonly misplaced: number;
      /** Most bytes that were queued, and messages that were not taken. */
      readonly mostQueued: number;
      readonly dropped: number;
    };

/** Who and what is in the process. */
export interface Census {
  readonly connections: number;
  /** Of TCP, those whose handshake is not done included. */
  readonly sockets: number;
  /** Of a server: opening handshakes under way, and connections that began and ended so far. */
  readonly pending: number;
  readonly begun: number;
  readonly ended: number;
  readonly heapUsed: number;
  readonly arrayBuffers: number;
  /** The most of one connection, of those that have ended, too. */
  readonly mostQueued: number;
  readonly mostDropped: number;
  /** Calls of `Date.now` and the like from our packages. */
  readonly wallClockReads: readonly string[];
  readonly roundTripTimes: readonly (number | undefined)[];
}

type Kind = Said['kind'];
type Of<K extends Kind> = Extract<Said, { kind: K }>;

/** How it is started. */
export interface FaultOptions {
  /** What starts it, such as `ip netns exec`; it must end by becoming the program. */
  readonly through?: Command;
  readonly nodeOptions?: readonly string[];
  /** For the application. */
  readonly settings?: object;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class FaultProcess {
  /** What it printed. */
  printed = '';
  readonly #child: ChildProcess;
  readonly #said: Said[] = [];
  readonly #ended: Promise<void>;
  #isOver = false;
  #wake: () => void = () => undefined;
  #news: Promise<void> = Promise.resolve();

  /** @param script in the folder of the peers */
  constructor(
    script: string,
    { through = ['setpriv', '--pdeathsig', 'KILL'], nodeOptions = [], settings = {} }: FaultOptions = {},
  ) {
    const [program, ...first] = through;
    const args = [...first, process.execPath, ...nodeOptions, at(`peers/${script}`), JSON.stringify(settings)];
    this.#child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    running.add(this.#child);
    this.#changed();
    this.#child.on('message', (message) => {
      this.#said.push(message as Said);
      this.#changed();
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text;
      });
    }
    this.#ended = once(this.#child, 'close').then(() => {
      running.delete(this.#child);
      this.#isOver = true;
      this.#changed();
    });
  }

  get lives(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Asks its application for something. */
  tell(command: object): void {
    this.#child.send(command);
  }

  /** The first thing of the kind, or of one of the kinds, that it says and nobody has taken. */
  async hears<K extends Kind>(
    kind: K | readonly K[],
    limit = 20_000,
    fits: (said: Of<K>) => boolean = () => true,
  ): Promise<Of<K>> {
    const kinds: readonly Kind[] = [kind].flat();
    const isIt = (said: Said): boolean => kinds.includes(said.kind) && fits(said as Of<K>);
    return (await within(this.#hears(isIt), limit, `It said nothing of ${kinds}`)) as Of<K>;
  }

  /** What it has said of the kind and nobody has taken. */
  unheard<K extends Kind>(kind: K): Of<K>[] {
    return this.#said.filter((said): said is Of<K> => said.kind === kind);
  }

  async census(): Promise<Census> {
    this.tell({ do: 'census' });
    return (await this.hears('census')).census;
  }

  /** Resolves when nobody is in the process any more, and everybody who was there has ended once. */
  async empty(): Promise<void> {
    const isEmpty = ({ connections, sockets, pending, begun, ended }: Census): boolean =>
      connections + sockets + pending === 0 && begun === ended;
    await this.until(isEmpty, 'It is not empty');
  }

  /** Resolves with the first census that fits. */
  async until(fits: (census: Census) => boolean, otherwise: string, limit = 20_000): Promise<Census> {
    const end = performance.now() + limit;
    for (;;) {
      const census = await this.census();
      if (fits(census)) return census;
      if (performance.now() > end) throw new Error(`${otherwise} within ${limit} ms: ${JSON.stringify(census)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Kills it, and waits for its end. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #hears(isIt: (said: Said) => boolean): Promise<Said> {
    for (;;) {
      const index = this.#said.findIndex(isIt);
      if (index !== -1) return this.#said.splice(index, 1)[0] as Said; // found above
      if (this.#isOver) throw new Error(`The process ended.\n${this.printed}`);
      await this.#news;
    }
  }

  /** Whoever waits looks again. */
  #changed(): void {
    this.#wake();
    this.#news = new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
