// What a process holds, told by itself after it collected its garbage: memory, handles, open files, and how many listeners the process has.

import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Health {
  /** Bytes, as `process.memoryUsage` tells them. */
  readonly heapUsed: number;
  readonly arrayBuffers: number;
  readonly rss: number;
  /** What keeps the process alive, by its kind. */
  readonly handles: Readonly<Record<string, number>>;
  readonly files: number;
  /** Of the process itself. */
  readonly listeners: number;
}

/**
 * Array buffers are swept beside the program, and what held them may only be found by the next collection. And what is under way at an instant is
 * in memory too: the least of some readings, each after a collection, has the least of it. What has leaked is in all of them.
 */
const COLLECTIONS = 3;
/** Milliseconds between two collections, in which the process goes on working. */
const PAUSE = 5;

export async function processHealth(): Promise<Health> {
  const readings: NodeJS.MemoryUsage[] = [];
  for (let left = COLLECTIONS; left > 0; left--) {
    await sleep(PAUSE);
    globalThis.gc?.();
    readings.push(process.memoryUsage());
  }
  const least = (of: (reading: NodeJS.MemoryUsage) => number): number => Math.min(...readings.map(of));
  return {
    heapUsed: least(({ heapUsed }) => heapUsed),
    arrayBuffers: least(({ arrayBuffers }) => arrayBuffers),
    rss: least(({ rss }) => rss),
    handles: activeHandles(),
    files: openFiles(),
    listeners: processListeners(),
  };
}

function activeHandles(): Record<string, number> {
  const handles: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  return handles;
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

function processListeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}
