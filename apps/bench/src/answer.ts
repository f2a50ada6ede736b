// The other end of a `Process`, for programs of ours: answers line by line until its input ends, and then ends.

import { createInterface } from 'node:readline';

/** What a process does when asked; values travel as JSON. */
export type Commands = Readonly<Record<string, (argument: never) => unknown>>;

/** Says that this process is ready, and answers. A command that throws, or is not known, answers with `{ error }`. */
export function answer(commands: Commands, ready: object = {}): void {
  const lines = createInterface({ input: process.stdin });
  let before: Promise<void> = Promise.resolve();
  lines.on('line', (line) => {
    before = before.then(async () => write(await replyTo(line, commands)));
  });
  lines.on('close', () => process.exit());
  write(ready);
}

async function replyTo(line: string, commands: Commands): Promise<unknown> {
  const space = line.indexOf(' ');
  const name = space === -1 ? line : line.slice(0, space);
  try {
    const command = commands[name];
    if (command === undefined) throw new Error(`It has no command ${name}.`);
    return (await command((space === -1 ? undefined : JSON.parse(line.slice(space))) as never)) ?? null;
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function write(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
