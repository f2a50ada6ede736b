// Which characters of the sources have run, told by V8's precise block coverage. One look costs half a millisecond and counts from
// zero again, so the engine looks once per batch and closer only where a batch reached something new.
//
// V8 keeps one set of counters per isolate: never start this where somebody else measures coverage, such as in a test. Use a worker.

import { type Profiler, Session } from 'node:inspector';

interface Script {
  /** Characters that ever ran, and that ran since the last look. */
  readonly seen: Uint8Array;
  readonly now: Uint8Array;
}

/** The coverage of the scripts whose URL matches. */
export class Coverage {
  readonly #session: Session = new Session();
  readonly #scripts: Map<string, Script> = new Map();
  readonly #covers: RegExp;
  /** The scripts that ran since the last look. */
  #fresh: Script[] = [];

  constructor(covers: RegExp) {
    this.#covers = covers;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Looks at what ran since the last look. Returns the number of characters that had never run before; {@link keep} makes them known. */
  look(): number {
    this.#fresh = [];
    let news = 0;
    for (const { url, functions } of this.#take()) {
      if (!this.#covers.test(url)) continue;
      const script = this.#script(url, functions);
      script.now.fill(0);
      for (const one of functions) paint(script.now, one);
      this.#fresh.push(script);
      for (let at = 0; at < script.now.length; at++) if (script.now[at] === 1 && script.seen[at] === 0) news++;
    }
    return news;
  }

  /** From now on what the last look saw is nothing new. */
  keep(): void {
    for (const { seen, now } of this.#fresh)
      for (let at = 0; at < now.length; at++) seen[at] = (seen[at] ?? 0) | (now[at] ?? 0);
  }

  /** Forgets what was seen. */
  forget(): void {
    this.look();
    for (const { seen } of this.#scripts.values()) seen.fill(0);
  }

  /** How many characters have run so far. */
  get size(): number {
    let size = 0;
    for (const { seen } of this.#scripts.values()) for (const one of seen) size += one;
    return size;
  }

  /** Ends the measurement. */
  stop(): void {
    this.#session.disconnect();
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let taken: readonly Profiler.ScriptCoverage[] = [];
    // The answer comes before post returns: the session is with our own thread.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error !== null) throw error;
      taken = answer.result;
    });
    return taken;
  }

  #script(url: string, functions: readonly Profiler.FunctionCoverage[]): Script {
    const length = Math.max(0, ...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0));
    let script = this.#scripts.get(url);
    if (script === undefined || script.now.length < length) {
      const seen = new Uint8Array(length);
      if (script !== undefined) seen.set(script.seen);
      script = { seen, now: new Uint8Array(length) };
      this.#scripts.set(url, script);
    }
    return script;
  }
}

/** Outer functions come first, and so do outer ranges: the innermost is painted last and stays. */
function paint(script: Uint8Array, { ranges }: Profiler.FunctionCoverage): void {
  for (const { startOffset, endOffset, count } of ranges) script.fill(count > 0 ? 1 : 0, startOffset, endOffset);
}
