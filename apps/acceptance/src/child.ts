// Child processes that end with the tests, however those end: every child is killed when this process exits, and each of our peers ends by
// itself when its stdin does, which also happens when this process is killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

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
export interface Running {
  /** The next line it prints; rejects with all it printed when it ends before. */
  next(): Promise<string>;
  stop(): Promise<void>;
}

/** A {@link Running} program. */
export interface RunningProgram extends Running {
  /** Sends it a signal, and waits for its end: resolves with its exit code, or null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** A {@link Running} child that has said something. */
export interface Started extends Running {
  /** The first line it printed. */
  readonly line: string;
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

/** Starts a program. */
export function begin(command: Command, options: ChildOptions = {}): RunningProgram {
  const child = new Child(command, options);
  const lines = createInterface({ input: child.process.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    async next() {
      const { done, value } = await lines.next();
      if (done !== true) return value;
      const code = await child.ended;
      throw new Error(`${command[0]} ended with ${code}.\n${child.stdout}${child.stderr}`);
    },
    async stop() {
      child.process.kill('SIGKILL');
      await child.ended;
    },
    end(signal) {
      child.process.kill(signal);
      return child.ended;
    },
  };
}

/** Starts a program and waits for its first line. */
export async function start(command: Command, options: ChildOptions = {}): Promise<Started> {
  const child = begin(command, options);
  return { ...child, line: await child.next() };
}

/** Starts a program that listens on a port of this machine, and waits until it does. It ends with this process. */
export async function startListening(command: Command, port: number, options: ChildOptions = {}): Promise<Running> {
  const child = begin(['setpriv', '--pdeathsig', 'KILL', ...command], options);
  // Nothing is printed by those that listen, unless they fail.
  const failed = child.next().then((line) => Promise.reject(new Error(line)));
  failed.catch(() => undefined);
  try {
    while (!(await Promise.race([failed, accepts(port)]))) await setTimeout(20);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => settle(true)).on('error', () => settle(false));
  });
}
