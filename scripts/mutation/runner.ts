// One thread with tests in it, which is replaced when a mutant hangs it or eats its memory.

import { Worker } from 'node:worker_threads';
import type { Broken, Observed, Order, Tried, WorkerSetup } from './worker.ts';

const TICK = 250;
/** Bytes of the process beyond which what runs is taken for a loop that keeps what it makes. */
const MOST_MEMORY = 4 * 1024 ** 3;
/** How much longer than its processor time a test may take by the clock. */
const MOST_WAITING = 10;
const HEAP_MEGABYTES = 1536;

export class Runner {
  readonly #setup: WorkerSetup;
  #worker: Worker | undefined;

  constructor(setup: Omit<WorkerSetup, 'progress'>) {
    this.#setup = { ...setup, progress: new Int32Array(new SharedArrayBuffer(4)) };
  }

  async observe(script: number): Promise<Observed> {
    const answer = await this.#ask({ kind: 'observe', script }, () => 600_000);
    if (answer?.kind === 'broken') throw new Error(answer.error);
    if (answer?.kind !== 'observed') throw new Error(`The tests of script ${script} do not end.`);
    return answer;
  }

  async try(order: Order & { kind: 'try' }): Promise<Tried> {
    const { patience, tests } = order;
    const { progress } = this.#setup;
    progress[0] = 0;
    const answer = await this.#ask(order, () => patience[progress[0] ?? 0] ?? 0);
    if (answer?.kind === 'tried') return answer;
    // It hung and was ended, or the memory of its thread was exhausted.
    return { kind: 'tried', outcome: 'timeout', test: tests[progress[0] ?? 0] };
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** Resolves with nothing when the thread had to be ended, or ended itself. */
  async #ask(order: Order, patience: () => number): Promise<Broken | Observed | Tried | undefined> {
    const { progress } = this.#setup;
    this.#worker ??= new Worker(new URL('worker.ts', import.meta.url), {
      workerData: this.#setup,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
    });
    const worker = this.#worker;
    const answer = await new Promise<Broken | Observed | Tried | undefined>((resolve) => {
      let place = -1;
      let since = 0;
      let spentBefore = 0;
      // The processor time of the thread counts, for the machine may have other work: a test that hangs in a loop uses it, and one that
      // waits for what never comes gives up by itself.
      const look = async (): Promise<void> => {
        const { user, system } = await worker.cpuUsage();
        const spent = (user + system) / 1000;
        if (progress[0] !== place) {
          place = progress[0] ?? 0;
          since = performance.now();
          spentBefore = spent;
        }
        const most = patience();
        const hangs = spent - spentBefore > most || performance.now() - since > MOST_WAITING * most;
        if (hangs || process.memoryUsage.rss() > MOST_MEMORY) finish(undefined);
      };
      // A thread that has ended has no times; its end is told otherwise.
      const watch = setInterval(() => void look().catch(() => undefined), TICK);
      const finish = (result: Broken | Observed | Tried | undefined): void => {
        clearInterval(watch);
        worker.off('message', finish);
        worker.off('error', failed);
        worker.off('exit', ended);
        resolve(result);
      };
      worker.once('message', finish);
      const failed = (error: unknown): void => finish({ kind: 'broken', error: String(error) });
      const ended = (): void => finish(undefined);
      worker.once('error', failed);
      worker.once('exit', ended);
      worker.postMessage(order);
    });
    if (answer === undefined || answer.kind === 'broken') {
      // Whatever it still says is about a mutant that is done with.
      worker.on('error', () => undefined);
      await this.stop();
    }
    return answer;
  }
}
