// One process with tests in it, which is replaced when a mutant hangs it or eats its memory.

import { type ChildProcess, fork } from 'node:child_process';
import type { Broken, Observed, Order, Tried, WorkerSetup } from './worker.ts';

const HEAP_MEGABYTES = 1024;
/** Mutants after which a process is replaced, for what their tests leave behind. */
const MOST_ORDERS = 300;

export class Runner {
  readonly #setup: WorkerSetup;
  #child: ChildProcess | undefined;
  #orders = 0;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
  }

  async observe(script: number): Promise<Observed> {
    const answer = await this.#ask({ kind: 'observe', script });
    if (answer?.kind === 'broken') throw new Error(answer.error);
    if (answer?.kind !== 'observed') throw new Error(`The tests of ${this.#setup.scripts[script]?.path} do not end.`);
    return answer;
  }

  async try(order: Order & { kind: 'try' }): Promise<Tried> {
    const answer = await this.#ask(order);
    if (answer?.kind === 'tried') return answer;
    if (answer?.kind === 'broken') throw new Error(answer.error);
    // It hung, or exhausted its memory, and was ended.
    return { kind: 'tried', outcome: 'timeout', test: undefined };
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  /** Resolves with nothing when the process was ended. */
  async #ask(order: Order): Promise<Broken | Observed | Tried | undefined> {
    if (++this.#orders % MOST_ORDERS === 0) this.stop();
    const child = this.#child ?? this.#start();
    return new Promise((resolve) => {
      const finish = (answer?: Broken | Observed | Tried): void => {
        child.off('message', answered);
        child.off('exit', ended);
        resolve(answer);
      };
      const answered = (answer: unknown): void => finish(answer as Broken | Observed | Tried);
      const ended = (): void => {
        this.#child = undefined;
        finish();
      };
      child.on('message', answered);
      child.on('exit', ended);
      child.send(order);
    });
  }

  #start(): ChildProcess {
    const child = fork(new URL('worker.ts', import.meta.url), {
      execArgv: [`--max-old-space-size=${HEAP_MEGABYTES}`],
      serialization: 'advanced',
      // What V8 says when its memory is exhausted is no news.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.send(this.#setup);
    this.#child = child;
    return child;
  }
}
