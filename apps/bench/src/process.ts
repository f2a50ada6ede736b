// A process of its own on a core of its own, which answers what it is asked. Line by line: `command argument-as-JSON` goes to its standard
// input, one JSON value comes back on its standard output. Its first line says that it is ready. It ends when its input ends.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

/** Where the process under test runs, and where what keeps it busy. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** Whether processes can be pinned to cores here. */
export const canPin: boolean =
  availableParallelism() > 1 && spawnSync('taskset', ['-c', '0,1', 'true'], { stdio: 'ignore' }).status === 0;

/** What to start. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The first line of a process. */
export interface Ready {
  /** The port it listens on, for a server. */
  readonly listening?: number;
  readonly version?: string;
}

interface Question {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Milliseconds a process may take until it is ready. */
const START_TIME = 10_000;
/** Where a runtime says what is wrong, among the lines of source and stack it writes around that: `TypeError: `, `error: `, `Error [CODE]: `. */
const ERROR_LINE = /^(?:Uncaught )?\(?\w*error(?: \[\w+\])?: /i;
/** Milliseconds a process may take to end by itself. */
const END_TIME = 2000;

export class Process {
  readonly #child: ChildProcess;
  readonly #questions: Question[] = [];
  readonly #complaints: string[] = [];
  readonly #exited: Promise<void>;
  #ended = false;
  #ready: Ready = {};

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once('close', () => {
        this.#end();
        resolve();
      });
      child.once('error', (error) => {
        this.#complaints.push(error.message);
        this.#end();
        resolve();
      });
    });
    // A process that ended cannot be written to; that it ended is told by its questions.
    child.stdin?.on('error', () => undefined);
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => this.#answered(line));
    if (child.stderr !== null) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (this.#complaints.length < 50) this.#complaints.push(line);
      });
    }
  }

  /**
   * Starts a process, on this core where there is `taskset`, and waits for its first line.
   *
   * @throws Error with the line in which the process said what is wrong, when it ends or is silent for 10 s
   */
  static async start({ command, args, environment }: Command, core: number): Promise<Process> {
    const [file = '', ...rest] = canPin ? ['taskset', '-c', String(core), command, ...args] : [command, ...args];
    const child = spawn(file, rest, { stdio: 'pipe', env: { ...process.env, ...environment } });
    const started = new Process(child);
    await started.#wait();
    return started;
  }

  /** `taskset` becomes the program it starts, so this is the program's. */
  get pid(): number {
    // Every process that could be started has one, and others are never handed out.
    return this.#child.pid as number;
  }

  /** The first line it wrote. */
  get ready(): Ready {
    return this.#ready;
  }

  /** Why it ended, as far as it said; undefined while it runs. */
  get ended(): Error | undefined {
    return this.#ended ? this.#endedError() : undefined;
  }

  /** Asks, and resolves with what the process answers. Answers come in the order of the questions. @throws what the process says is wrong */
  async ask<Value>(command: string, argument?: unknown): Promise<Value> {
    if (this.#ended) throw this.#endedError();
    this.#child.stdin?.write(`${argument === undefined ? command : `${command} ${JSON.stringify(argument)}`}\n`);
    return (await this.#next()) as Value;
  }

  /** Ends the process, and resolves when it has ended. One that does not within 2 s is killed. */
  async stop(): Promise<void> {
    const late = setTimeout(() => this.#child.kill('SIGKILL'), END_TIME);
    this.#child.stdin?.end();
    await this.#exited;
    clearTimeout(late);
  }

  async #wait(): Promise<void> {
    const late = setTimeout(() => {
      this.#complaints.unshift(`Error: not ready within ${START_TIME / 1000} s`);
      this.#child.kill('SIGKILL');
    }, START_TIME);
    try {
      this.#ready = (await this.#next()) as Ready;
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  #next(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(this.#endedError());
      else this.#questions.push({ resolve, reject });
    });
  }

  #answered(line: string): void {
    const question = this.#questions.shift();
    if (question === undefined) return;
    let answer: unknown;
    try {
      answer = JSON.parse(line);
    } catch {
      question.reject(new Error(`It wrote something that is not an answer: ${line.slice(0, 200)}`));
      return;
    }
    const error = (answer as { error?: unknown } | null)?.error;
    if (typeof error === 'string') question.reject(new Error(error));
    else question.resolve(answer);
  }

  #end(): void {
    this.#ended = true;
    for (const { reject } of this.#questions.splice(0)) reject(this.#endedError());
  }

  #endedError(): Error {
    const line = this.#complaints.find((line) => ERROR_LINE.test(line)) ?? this.#complaints.find((line) => line !== '');
    return new Error(line?.trim() ?? `The process ended (${this.#child.exitCode ?? this.#child.signalCode}).`);
  }
}
