import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type CpuReading, cpuBetween, readCpu } from '../src/cpu.ts';
import { Process } from '../src/process.ts';

const MS = 1e6;
const started: Process[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.stop()));
});

/** A process that works for as many milliseconds of its own CPU time as it is asked to. */
async function start(): Promise<Process> {
  const program = `
    console.log('{}');
    process.stdin.on('data', (line) => {
      const before = process.cpuUsage();
      const wanted = Number(String(line).split(' ')[1]) * 1000;
      let used = { user: 0, system: 0 };
      while (used.user + used.system < wanted) used = process.cpuUsage(before);
      console.log(used.user + used.system);
    });
    process.stdin.on('end', () => process.exit());`;
  const process_ = await Process.start({ command: process.execPath, args: ['-e', program] }, 0);
  started.push(process_);
  return process_;
}

function reading(threads: Record<string, number>, userTicks: number, systemTicks: number): CpuReading {
  return { threads: new Map(Object.entries(threads)), userTicks, systemTicks };
}

describe.runIf(existsSync('/proc/self/stat'))('readCpu', () => {
  it('sees what another process used, and nothing of one that idles', async () => {
    const [busy, idle] = [await start(), await start()];
    await Promise.all([busy.ask('work', 1), idle.ask('work', 1)]);
    const before = [readCpu(busy.pid), readCpu(idle.pid)] as const;
    const used = (await busy.ask<number>('work', 200)) * 1000;
    const total = cpuBetween(before[0], readCpu(busy.pid)).total;
    expect(total).toBeGreaterThan(used * 0.9);
    expect(total).toBeLessThan(used + 60 * MS);
    expect(cpuBetween(before[1], readCpu(idle.pid)).total).toBeLessThan(60 * MS);
  });

  it('throws for a process that is not there', () => {
    expect(() => readCpu(0x3fffffff)).toThrow('ENOENT');
  });
});

describe('cpuBetween', () => {
  it('adds up the threads, new ones as well, and divides by ticks into user and system', () => {
    const before = reading({ 1: 100 * MS, 2: 5 * MS }, 80 * MS, 20 * MS);
    const after = reading({ 1: 150 * MS, 2: 10 * MS, 3: 25 * MS }, 140 * MS, 40 * MS);
    expect(cpuBetween(before, after)).toEqual({ total: 80 * MS, user: 60 * MS, system: 20 * MS });
  });

  it('takes the ticks where a thread that worked has ended', () => {
    const before = reading({ 1: 100 * MS, 2: 50 * MS }, 100 * MS, 50 * MS);
    const after = reading({ 1: 110 * MS }, 200 * MS, 50 * MS);
    expect(cpuBetween(before, after)).toEqual({ total: 100 * MS, user: 100 * MS, system: 0 });
  });

  it('takes the ticks where the kernel keeps no scheduler statistics', () => {
    expect(cpuBetween(reading({}, 0, 0), reading({}, 300 * MS, 100 * MS)).total).toBe(400 * MS);
  });

  it('calls everything user time where it was too little for a tick', () => {
    const used = cpuBetween(reading({ 1: 0 }, 0, 0), reading({ 1: MS }, 0, 0));
    expect(used).toEqual({ total: MS, user: MS, system: 0 });
  });
});
