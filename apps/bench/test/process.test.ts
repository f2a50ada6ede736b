import { afterEach, describe, expect, it } from 'vitest';
import { Process } from '../src/process.ts';

const started: Process[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.stop()));
});

async function start(program: string, environment?: Record<string, string>): Promise<Process> {
  const command = { command: process.execPath, args: ['-e', program] };
  const one = await Process.start(environment === undefined ? command : { ...command, environment }, 0);
  started.push(one);
  return one;
}

/** Answers with the line it was asked. */
const ECHO = `
  console.log(JSON.stringify({ listening: 4711, version: process.env.VERSION ?? '1.0' }));
  require('node:readline').createInterface({ input: process.stdin })
    .on('line', (line) => console.log(line === 'fail' ? '{"error":"It cannot."}' : JSON.stringify(line)))
    .on('close', () => process.exit());`;

describe('a process', () => {
  it('says that it is ready, and answers in the order of the questions', async () => {
    const one = await start(ECHO, { VERSION: '2.0' });
    expect(one.ready).toEqual({ listening: 4711, version: '2.0' });
    const answers = await Promise.all([one.ask('heap'), one.ask('run', { time: 5 })]);
    expect(answers).toEqual(['heap', 'run {"time":5}']);
  });

  it('rejects with what the process says is wrong, and answers on', async () => {
    const one = await start(ECHO);
    await expect(one.ask('fail')).rejects.toThrow('It cannot.');
    expect(await one.ask('heap')).toBe('heap');
  });

  it('is not started when there is no such program', async () => {
    const missing = Process.start({ command: '/no/such/program', args: [] }, 0);
    await expect(missing).rejects.toThrow(/\/no\/such\/program/);
  });

  it('tells the line in which a process that ends says why', async () => {
    await expect(start('console.error("hm"); throw new TypeError("No such thing.")')).rejects.toThrow(
      'TypeError: No such thing.',
    );
    await expect(start('process.exit(3)')).rejects.toThrow('The process ended (3).');
  });

  it('rejects an answer that is none', async () => {
    await expect(start('console.log("Listening!")')).rejects.toThrow('not an answer: Listening!');
  });

  it('rejects what was asked when it ends, and whatever is asked after', async () => {
    const one = await start('console.log("{}"); process.stdin.once("data", () => process.exit(7))');
    await expect(one.ask('anything')).rejects.toThrow('The process ended (7).');
    await expect(one.ask('more')).rejects.toThrow('The process ended (7).');
  });

  it('ends, even one that does not end by itself', async () => {
    const deaf = await Process.start(
      { command: process.execPath, args: ['-e', 'console.log("{}"); setInterval(() => {}, 1000)'] },
      0,
    );
    const { pid } = deaf;
    expect(process.kill(pid, 0)).toBe(true);
    await deaf.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
