// Runs a target in a worker and watches it from outside: an input that never ends, or that throws in a later turn, which the
// engine cannot catch itself, ends the worker, and is a failure.

import { Worker } from 'node:worker_threads';
import type { Finding, Search } from './engine.ts';
import { SharedInput } from './shared-input.ts';

/** What a worker does. */
export interface Job extends Omit<Search, 'before'> {
  /** The URL of a module that exports `targets`, by name. */
  readonly module: string;
  readonly target: string;
  /** Whether to bring the corpus down to the fewest inputs that reach the same. */
  readonly distills?: boolean;
  /** An input that has not ended after so many milliseconds never will. Default: 20 s, for machines that do other things, too. */
  readonly stuckAfter?: number;
}

const MAX_INPUT_BYTES = 2 ** 16;

/** Runs the job to its end, whatever its inputs do. */
export async function fuzz(job: Job): Promise<Finding> {
  const last = new SharedInput(MAX_INPUT_BYTES);
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: { job, shared: last.buffer },
    execArgv: ['--conditions=@framewire/source'],
  });
  try {
    return await result(worker, last, job.stuckAfter ?? 20_000);
  } finally {
    await worker.terminate();
  }
}

function result(worker: Worker, last: SharedInput, stuckAfter: number): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const fails = (kind: string, message: string): void => {
      const failure = { kind, message, input: last.take() };
      resolve({ runs: last.count, corpus: [], covered: 0, outcomes: 0, failure });
    };
    let seen = 0;
    const timer = setInterval(() => {
      // Before the first input the worker loads its modules.
      if (seen === last.count && seen > 0) {
        fails('no hang', `no end after ${stuckAfter} ms`);
      }
      seen = last.count;
    }, stuckAfter);
    worker.once('message', resolve);
    worker.once('error', (error) => {
      if (last.count === 0) reject(error);
      else fails('nothing is thrown in a later turn', error.stack ?? error.message);
    });
    worker.once('exit', () => {
      clearInterval(timer);
      reject(new Error('The worker ended without a result.'));
    });
  });
}
