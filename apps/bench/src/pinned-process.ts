// A process of its own on a core of its own, that does what it is asked.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What a process does when asked; values travel as JSON. */
export type Commands = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly command: string;
  readonly argument: unknown;
}

interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** Whether processes can be pinned to cores here. */
export const canPin: boolean = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;

export class PinnedProcess {
  readonly #child: ChildProcess;
  #waiting: { resolve(value: unknown): void; reject(error: Error): void } | undefined;
  #ended = false;

  /** Runs the script, which calls {@link answer}, on this core. */
  constructor(script: string, args: readonly string[], core: number, flags: readonly string[] = []) {
    const node = [process.execPath, ...process.execArgv, ...flags, script, ...args];
    const [command = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...node] : node;
    this.#child = spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (answer) => this.#answered(answer as Answer));
    this.#child.on('exit', () => this.#exited());
    this.#child.on('error', (error) => this.#waiting?.reject(error));
  }

  /** Asks one thing at a time. */
  ask<Value>(command: string, argument?: unknown): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      if (this.#ended) throw new Error('The process has ended.');
      this.#waiting = { resolve: resolve as (value: unknown) => void, reject };
      this.#child.send({ command, argument } satisfies Question);
    });
  }

  end(): void {
    this.#child.disconnect();
  }

  #answered({ value, error }: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }

  #exited(): void {
    this.#ended = true;
    this.#waiting?.reject(new Error('The process ended before it answered.'));
  }
}

/** Answers until the asking process goes away, and then ends this one. */
export function answer(commands: Commands): void {
  process.on('message', async ({ command, argument }: Question) => {
    let reply: Answer;
    try {
      reply = { value: await commands[command]?.(argument as never) };
    } catch (error) {
      reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send?.(reply);
  });
  process.on('disconnect', () => process.exit());
}

/** User and system microseconds of this process so far, and the time. */
export interface CpuReading {
  readonly used: number;
  readonly at: number;
}

export function readCpu(): CpuReading {
  const { user, system } = process.cpuUsage();
  return { used: user + system, at: performance.now() * 1000 };
}
