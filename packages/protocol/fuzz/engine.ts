// The search: inputs that reach code no input has reached, or have an outcome none has had, are kept, and new inputs are made of those
// kept. The order of everything follows from the seed, so a run is repeated by it; only when it stops may depend on the clock.
//
// Besides what the target checks itself, each input has to end within 50 ms and to leave behind memory in proportion to its size.

import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';
import { Coverage } from './coverage.ts';
import { BrokenInvariant, failureKind } from './invariant.ts';
import { minimize } from './minimize.ts';
import { Mutation } from './mutate.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';

const SOURCES = /\/packages\/[^/]+\/src\//;
/** Inputs between two looks at the coverage. */
const BATCH = 256;
/** An input takes microseconds; this is the invariant, not an estimate. */
const HANG_MILLISECONDS = 50;
/** Buffers that one input may leave behind for the garbage collector. */
const MEMORY_BASE = 2 ** 20;
const MEMORY_PER_BYTE = 64;
/** The engine and its garbage need a tenth. */
const MOST_HEAP = 2 ** 29;
/** Enough to tell states apart; without a bound, a chatty target would keep everything. */
const MOST_OUTCOMES = 400;

/** How long to search, and from where. */
export interface Search {
  readonly seed: number;
  /** Most inputs. Default: no bound. */
  readonly runs?: number | undefined;
  /** Ends the search after the batch in which it is over. Default: no bound. */
  readonly milliseconds?: number | undefined;
  /** Run before all others. */
  readonly corpus: readonly Uint8Array[];
  /** Called with each input before it runs, so that somebody knows which one never came back. */
  readonly before?: (input: Uint8Array) => void;
  /** Whether to let the coverage guide the search. Default: true. */
  readonly guided?: boolean | undefined;
}

/** A broken law. */
export interface Failure {
  /** The invariant, or the place that threw what it must not. */
  readonly kind: string;
  /** With the stack, where there is one. */
  readonly message: string;
  /** Cut down as far as it still fails alike. */
  readonly input: Uint8Array;
}

/** What a search came to. It ends with the first failure. */
export interface Finding {
  readonly runs: number;
  readonly failure?: Failure;
  /** The inputs that reached something new, in the order in which they were found. */
  readonly corpus: readonly Uint8Array[];
  /** Characters of the sources that ran. */
  readonly covered: number;
  readonly outcomes: number;
}

/** Searches for an input that breaks the target's law. */
export function search(target: Target, options: Search): Promise<Finding> {
  return new Engine(target, options).search();
}

/** The fewest inputs that reach together what all of them reach; the small ones first. */
export function distill(target: Target, corpus: readonly Uint8Array[]): Uint8Array[] {
  const coverage = new Coverage(target.covers ?? SOURCES);
  const outcomes = new Set<string>();
  const kept: Uint8Array[] = [];
  try {
    for (const input of corpus) target.run(input); // what only the very first run of anything reaches, no input should stand for
    coverage.forget();
    for (const input of [...corpus].sort((a, b) => a.length - b.length)) {
      const outcome = target.run(input);
      if (coverage.look() === 0 && (outcomes.has(outcome) || outcomes.size >= MOST_OUTCOMES)) continue;
      coverage.keep();
      outcomes.add(outcome);
      kept.push(input);
    }
  } finally {
    coverage.stop();
  }
  return kept;
}

class Engine {
  readonly #target: Target;
  readonly #options: Search;
  readonly #mutation: Mutation;
  readonly #coverage: Coverage;
  readonly #corpus: Uint8Array[] = [];
  readonly #outcomes: Set<string> = new Set();
  #runs = 0;
  #failure: Failure | undefined;

  constructor(target: Target, options: Search) {
    this.#target = target;
    this.#options = options;
    this.#mutation = new Mutation(target, new Random(options.seed));
    this.#coverage = new Coverage(target.covers ?? SOURCES);
  }

  async search(): Promise<Finding> {
    const { runs = Number.POSITIVE_INFINITY, milliseconds = Number.POSITIVE_INFINITY, corpus } = this.#options;
    const end = performance.now() + milliseconds;
    try {
      for (let at = 0; at < corpus.length && this.#failure === undefined; at += BATCH) {
        await this.#runBatch(corpus.slice(at, at + BATCH));
      }
      while (this.#runs < runs && this.#failure === undefined && performance.now() < end) {
        const size = Math.min(BATCH, runs - this.#runs);
        await this.#runBatch(Array.from({ length: size }, () => this.#mutation.next(this.#corpus)));
      }
    } finally {
      this.#coverage.stop();
    }
    return {
      runs: this.#runs,
      corpus: this.#corpus,
      covered: this.#coverage.size,
      outcomes: this.#outcomes.size,
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
    };
  }

  async #runBatch(inputs: readonly Uint8Array[]): Promise<void> {
    // What targets have put off to a later turn, such as the ends of streams, would pile up.
    await setImmediate();
    for (const input of inputs) {
      this.#runs++;
      this.#try(input);
      if (this.#failure !== undefined) return;
    }
    if (this.#options.guided === false || this.#coverage.look() === 0) return;
    this.#attribute(inputs);
    // What did not come again, such as what runs only the first time, is nobody's.
    this.#coverage.look();
    this.#coverage.keep();
  }

  /** Finds the inputs that reach something new, by halves. */
  #attribute(inputs: readonly Uint8Array[]): void {
    for (const input of inputs) this.#target.run(input);
    if (this.#coverage.look() === 0) return;
    const [only] = inputs;
    if (inputs.length === 1 && only !== undefined) {
      this.#coverage.keep();
      this.#corpus.push(only);
      return;
    }
    const half = inputs.length >>> 1;
    this.#attribute(inputs.slice(0, half));
    this.#attribute(inputs.slice(half));
  }

  #try(input: Uint8Array): void {
    try {
      const outcome = this.#check(input);
      if (this.#outcomes.size >= MOST_OUTCOMES || this.#outcomes.has(outcome)) return;
      this.#outcomes.add(outcome);
      this.#corpus.push(input);
    } catch (error) {
      const kind = failureKind(error);
      const small = minimize(input, (candidate) => {
        try {
          this.#check(candidate);
          return false;
        } catch (other) {
          return failureKind(other) === kind;
        }
      });
      this.#failure = { kind, message: error instanceof Error ? (error.stack ?? error.message) : kind, input: small };
    }
  }

  /** Runs one input under the laws of all targets. */
  #check(input: Uint8Array): string {
    this.#options.before?.(input);
    const start = performance.now();
    // Half a microsecond each; process.memoryUsage() takes nine.
    const before = getHeapStatistics();
    const outcome = this.#target.run(input);
    const after = getHeapStatistics();
    if (performance.now() - start > HANG_MILLISECONDS) this.#checkTime(input);
    const grown = after.external_memory - before.external_memory;
    if (grown > MEMORY_BASE + MEMORY_PER_BYTE * input.length) {
      throw new BrokenInvariant('bounded memory', `${grown} bytes of buffers for an input of ${input.length}`);
    }
    if (after.used_heap_size > MOST_HEAP) {
      throw new BrokenInvariant('bounded memory', `${after.used_heap_size} bytes of heap after ${this.#runs} inputs`);
    }
    return outcome;
  }

  /** The garbage collector and other processes can make any input slow, but not three times, and not on our own clock. */
  #checkTime(input: Uint8Array): void {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) {
      const start = process.threadCpuUsage();
      this.#target.run(input);
      const { user, system } = process.threadCpuUsage(start);
      best = Math.min(best, (user + system) / 1000);
    }
    if (best > HANG_MILLISECONDS) {
      throw new BrokenInvariant('no hang', `it took ${best.toFixed(0)} ms of CPU, three times`);
    }
  }
}
