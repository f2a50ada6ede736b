// What the kernel holds for sockets. It tells no process's share, only the machine's: what counts is how it changes.

import { readFileSync } from 'node:fs';
import type { KernelSample } from './soak-report.ts';

const PAGE = 4096;
const KB = 1024;

/** Reads it now. */
export function readKernelMemory(seconds: number): KernelSample {
  return {
    seconds,
    ...parseSocketStatistics(readFileSync('/proc/net/sockstat', 'latin1')),
    slab: parseSlab(readFileSync('/proc/meminfo', 'latin1')),
  };
}

/** @param text of /proc/net/sockstat, whose memory is in pages */
export function parseSocketStatistics(text: string): Omit<KernelSample, 'seconds' | 'slab'> {
  const tcp = /^TCP: (.*)$/m.exec(text)?.[1] ?? '';
  const of = (name: string): number => Number(new RegExp(`\\b${name} (\\d+)`).exec(tcp)?.[1] ?? 0);
  return { tcp: of('mem') * PAGE, sockets: of('alloc'), timeWait: of('tw'), orphans: of('orphan') };
}

/** @param text of /proc/meminfo */
export function parseSlab(text: string): number {
  return Number(/^Slab:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * KB;
}
