// The processes of a run: started when they are first asked for, kept for later scenarios, and all ended at the end. Who cannot be started
// is named once, with the reason, and not tried again.

import type { Contestant } from './contestant.ts';
import { LOAD_CORE, Process, SERVER_CORE } from './process.ts';
import { programCommand } from './program.ts';
import type { Unavailable } from './report.ts';

export class ProcessPool {
  readonly #kept = new Map<string, Process | undefined>();
  readonly #ofScenario: Process[] = [];
  readonly #versions = new Map<string, string>();
  readonly #unavailable = new Map<string, Unavailable>();

  /** The version of each contestant that was started, as it says itself. */
  get versions(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#versions);
  }

  get unavailable(): readonly Unavailable[] {
    return [...this.#unavailable.values()];
  }

  /** The process of a contestant, on the server's core; undefined when it cannot run here. */
  async contestant(contestant: Contestant): Promise<Process | undefined> {
    const key = `${contestant.name}\n${contestant.command}\n${contestant.args.join('\n')}`;
    if (this.#kept.has(key)) return this.#kept.get(key);
    const started = await this.#start(contestant);
    this.#kept.set(key, started);
    return started;
  }

  /** A process that ends with the scenario. */
  async fresh(contestant: Contestant): Promise<Process | undefined> {
    const started = await this.#start(contestant);
    if (started !== undefined) this.#ofScenario.push(started);
    return started;
  }

  /** A program of ours, on the load's core. @throws when it does not start: nothing can be measured then */
  async program(name: string, key = ''): Promise<Process> {
    const of = `${name} ${key}`;
    const kept = this.#kept.get(of);
    if (kept !== undefined) return kept;
    const started = await Process.start(programCommand(name), LOAD_CORE);
    this.#kept.set(of, started);
    return started;
  }

  /** Names who does not take part. What was said of it first stands. */
  exclude(contestant: string, reason: string): void {
    if (!this.#unavailable.has(contestant)) this.#unavailable.set(contestant, { contestant, reason });
  }

  /** Ends what the scenario had for itself. */
  async endScenario(): Promise<void> {
    await Promise.all(this.#ofScenario.splice(0).map((process) => process.stop()));
  }

  /** Ends everything. */
  async end(): Promise<void> {
    await this.endScenario();
    await Promise.all([...this.#kept.values()].map((process) => process?.stop()));
    this.#kept.clear();
  }

  async #start(contestant: Contestant): Promise<Process | undefined> {
    try {
      const started = await Process.start(contestant, SERVER_CORE);
      this.#versions.set(contestant.name, started.ready.version ?? 'unknown');
      return started;
    } catch (error) {
      this.exclude(contestant.name, `${contestant.runtime}: ${(error as Error).message}`);
      return undefined;
    }
  }
}
