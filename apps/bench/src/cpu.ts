// What CPU time a process used, seen from outside, so that it is told the same way of every runtime. Linux only: other systems have no /proc.
// Nanoseconds come from the scheduler, thread by thread; how they divide into user and system is only known in ticks of 10 ms. The
// scheduler counts a running thread up to its last tick: read while the process is idle.

import { readdirSync, readFileSync } from 'node:fs';

/** The CPU time of a process up to now. */
export interface CpuReading {
  /** Nanoseconds, by thread. */
  readonly threads: ReadonlyMap<string, number>;
  /** Nanoseconds in steps of a tick; of threads that ended as well. */
  readonly userTicks: number;
  readonly systemTicks: number;
}

/** CPU time between two readings, in nanoseconds. */
export interface CpuTime {
  readonly total: number;
  readonly user: number;
  readonly system: number;
}

/** Nanoseconds of a tick: USER_HZ is 100 on every Linux that Node runs on. */
const TICK = 1e7;

/** Reads the CPU time of a process. @throws when there is no such process, or no /proc */
export function readCpu(pid: number): CpuReading {
  const threads = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const spent = schedulerTime(`/proc/${pid}/task/${thread}/schedstat`);
    if (spent !== undefined) threads.set(thread, spent);
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name of the program, in parentheses, may hold anything. utime and stime are the fields 14 and 15; after the name, 11 and 12.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { threads, userTicks: Number(fields[11]) * TICK, systemTicks: Number(fields[12]) * TICK };
}

/** What was used between two readings of one process. */
export function cpuBetween(before: CpuReading, after: CpuReading): CpuTime {
  let scheduled = 0;
  for (const [thread, spent] of after.threads) scheduled += spent - (before.threads.get(thread) ?? 0);
  const user = after.userTicks - before.userTicks;
  const system = after.systemTicks - before.systemTicks;
  // Ticks know more than the scheduler where a thread has ended, or where the kernel keeps no scheduler statistics.
  const total = user + system > scheduled + 3 * TICK ? user + system : scheduled;
  const share = user + system === 0 ? 1 : user / (user + system);
  return { total, user: total * share, system: total * (1 - share) };
}

/** Undefined when the thread has ended meanwhile, or the kernel was built without scheduler statistics. */
function schedulerTime(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'latin1').split(' ')[0]);
  } catch {
    return undefined;
  }
}
