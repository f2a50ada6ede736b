// The processes of a run. None outlives its scenario: what a process did before decides what it costs afterwards. Kept for a whole run, our
// server took 11.4 us of the kernel for an echo of 16 KB, and 6.6 us when it had run fewer scenarios. So every figure is that of a young
// process, whatever else was measured before. Who cannot be started is named once, with the reason, and not tried again.

import type { Contestant } from './contestant.ts';
import { LOAD_CORE, Process, SERVER_CORE } from './process.ts';
import { programCommand } from './program.ts';
import type { Unavailable } from './report.ts';

export class ProcessPool {
  readonly #contestants: Process[] = [];
  readonly #programs = new Map<string, Process>();
  readonly #missing = new Set<string>();
  readonly #versions = new Map<string, string>();
  readonly #unavailable = new Map<string, Unavailable>();

  /** The version of each contestant that was started, as it says itself. */
  get versions(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#versions);
  }

  get unavailable(): readonly Unavailable[] {
    return [...this.#unavailable.values()];
  }

  /** A new process of a contestant, on the server's core; undefined when it cannot run here. */
  async contestant(contestant: Contestant): Promise<Process | undefined> {
    const key = `${contestant.name}\n${contestant.command}\n${contestant.args.join('\n')}`;
    if (this.#missing.has(key)) return undefined;
    try {
      const started = await Process.start(contestant, SERVER_CORE);
      this.#contestants.push(started);
      this.#versions.set(contestant.name, started.ready.version ?? 'unknown');
      return started;
    } catch (error) {
      this.#missing.add(key);
      this.exclude(contestant.name, `${contestant.runtime}: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** A program of ours, on the load's core; the same one for the same key. @throws when it does not start: nothing can be measured then */
  async program(name: string, key = ''): Promise<Process> {
    const of = `${name} ${key}`;
    const running = this.#programs.get(of);
    if (running !== undefined) return running;
    const started = await Process.start(programCommand(name), LOAD_CORE);
    this.#programs.set(of, started);
    return started;
  }

  /** Names who does not take part. What was said of it first stands. */
  exclude(contestant: string, reason: string): void {
    if (!this.#unavailable.has(contestant)) this.#unavailable.set(contestant, { contestant, reason });
  }

  /** Ends all that run. */
  async endScenario(): Promise<void> {
    const programs = [...this.#programs.values()];
    this.#programs.clear();
    await Promise.all([...this.#contestants.splice(0), ...programs].map((process) => process.stop()));
  }
}
