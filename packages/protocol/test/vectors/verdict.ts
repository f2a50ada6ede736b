// One vector is replayed in many ways; its report names the first way that went wrong.

import type { Report } from './replay.ts';

/** Runs `check`, which returns what differs or undefined, and reports the vector. */
export function verdict(report: Report, name: string, check: () => string | undefined): void {
  let detail: string | undefined;
  try {
    detail = check();
  } catch (error) {
    detail = `threw ${String(error)}`;
  }
  report(name, detail === undefined, detail ?? '');
}

/** What differs between two values of plain data, or undefined. */
export function difference(way: string, actual: unknown, expected: unknown): string | undefined {
  // Megabytes of hex are compared hundreds of times: text of them is made only when they differ.
  if (same(actual, expected)) return undefined;
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is === should) return undefined;
  return `${way}: ${clip(is)} instead of ${clip(should)}`;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [as, bs] = [Object.entries(a), Object.entries(b)];
  return as.length === bs.length && as.every(([key, value], at) => bs[at]?.[0] === key && same(value, bs[at][1]));
}

function clip(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 300)}... (${text.length} characters)`;
}

/** Every way to cut bytes in two; of long ones only the cuts in the header and a few others. */
export function* splitPoints(length: number): Generator<number> {
  const long = length > 2000;
  for (let at = 1; at < length; at++) {
    if (!long || at < 18 || at > length - 3 || at % 29_989 === 0) yield at;
  }
}

/** One view for each byte, over a copy. */
export function singleBytes(bytes: Uint8Array): Uint8Array[] {
  const copy = new Uint8Array(bytes);
  return Array.from(copy, (_, at) => copy.subarray(at, at + 1));
}

/** Views of so many bytes each, over a copy. */
export function inChunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const copy = new Uint8Array(bytes);
  return Array.from({ length: Math.ceil(copy.length / size) }, (_, at) => copy.subarray(at * size, (at + 1) * size));
}
