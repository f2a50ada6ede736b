// What a soak is, and what it is given: how much of everything, processes that end with the run, and a clock.

import { LOAD_CORE, Process, SERVER_CORE } from '../process.ts';
import { programCommand } from '../program.ts';
import type { ServerKind } from './server-kinds.ts';
import type { SoakId, SoakResult } from './soak-report.ts';

/** How much. Times are milliseconds. */
export interface SoakScale {
  /** How long the soaks that hold are held. */
  readonly time: number;
  /** How long before its samples count. */
  readonly warmUp: number;
  readonly sampleEvery: number;
  /** Idle connections, over four servers. */
  readonly idle: number;
  /** Messages a second. */
  readonly rate: number;
  /** Connections a second that come and go. */
  readonly churn: number;
  /** Connections that read a broadcast, and how many of them stop. */
  readonly readers: number;
  readonly stalling: number;
  /** How often fairness and stalled readers are measured, and how long at a time. */
  readonly rounds: number;
  readonly roundTime: number;
}

export interface SoakContext {
  readonly scale: SoakScale;
  readonly processes: SoakProcesses;
  say(line: string): void;
}

/** A soak: it is prepared, one after another, and then runs, as a rule beside others. */
export interface Soak {
  readonly id: SoakId;
  readonly title: string;
  /** Whether it takes as long as is asked for. The others have rounds, and the machine for themselves. */
  readonly holds: boolean;
  prepare(context: SoakContext): Promise<() => Promise<Omit<SoakResult, 'id' | 'title'>>>;
}

/** The processes of a run. */
export class SoakProcesses {
  readonly #running: Set<Process> = new Set();
  #version: string | undefined;

  /** What our server says of itself. */
  get version(): string {
    return this.#version ?? 'unknown';
  }

  async server(kind: ServerKind): Promise<Process> {
    const server = this.#started(await Process.start(programCommand('soak-server', kind), SERVER_CORE));
    this.#version = server.ready.version;
    return server;
  }

  async program(name: string): Promise<Process> {
    return this.#started(await Process.start(programCommand(name), LOAD_CORE));
  }

  async stop(...processes: readonly Process[]): Promise<void> {
    for (const process of processes) this.#running.delete(process);
    await Promise.all(processes.map((process) => process.stop()));
  }

  async stopAll(): Promise<void> {
    await this.stop(...this.#running);
  }

  #started(process: Process): Process {
    this.#running.add(process);
    return process;
  }
}
