// Child processes that end with the tests, however those end: every child is killed when this process exits, and each of our peers ends by
// itself when its stdin does, which also happens when this process is killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that can be started: the path of a binary, and its first arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** How a child ended, and what it printed. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how a child runs. */
export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** A child that runs until it is stopped. */
export interface Started {
  /** The first line it printed. */
  readonly line: string;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor([program, ...args]: Command, options: ChildOptions) {
    const child = spawn(program, args, { ...options, stdio: 'pipe' });
    this.process = child;
    running.add(child);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
    const gone = () => running.delete(child);
    this.ended.then(gone, gone);
  }
}

/** Runs a program to its end. */
export async function run(command: Command, options: ChildOptions = {}): Promise<Finished> {
  const child = new Child(command, options);
  const code = await child.ended;
  return { code, stdout: child.stdout, stderr: child.stderr };
}

/** Runs a program to its end, which must be a good one, and returns what it printed. */
export async function output(command: Command, options: ChildOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, options);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}.\n${stdout}${stderr}`);
  return stdout;
}

/** Starts a program and waits for its first line. */
export async function start(command: Command, options: ChildOptions = {}): Promise<Started> {
  const child = new Child(command, options);
  const lines = createInterface({ input: child.process.stdout as NodeJS.ReadableStream });
  const line = await Promise.race([
    once(lines, 'line').then(([first]: string[]) => first ?? ''),
    child.ended.then(() => Promise.reject(new Error(`It ended at once.\n${child.stdout}${child.stderr}`))),
  ]);
  return {
    line,
    async stop() {
      child.process.kill('SIGKILL');
      await child.ended;
    },
  };
}
