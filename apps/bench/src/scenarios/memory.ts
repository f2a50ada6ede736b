// What a connection takes that idles. The server is alone in its process, and a first crowd stays all the time: what is made once is nobody's
// then. After garbage was collected, what the process has more than before is divided among those who came since.

import type { Process } from '../process.ts';
import type { ContestantResult } from '../report.ts';
import { quartiles } from '../statistics.ts';

/** As `control.mjs` tells it. */
interface Memory {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
}

/** How many connections come first, and how many after them, whose memory is told. */
export interface Crowds {
  readonly first: number;
  readonly more: number;
}

/**
 * Heap is that of JavaScript with what it holds outside.
 *
 * @param join lets so many connections in, which stay
 */
export async function memoryOfEach(
  server: Process,
  { first, more }: Crowds,
  join: (count: number) => Promise<unknown>,
): Promise<Required<Pick<ContestantResult['metrics'], 'heap' | 'rss'>>> {
  await join(first);
  const before = await server.ask<Memory>('heap');
  await join(more);
  const after = await server.ask<Memory>('heap');
  const each = (of: (memory: Memory) => number) => quartiles([(of(after) - of(before)) / more]);
  return { heap: each(({ heapUsed, external }) => heapUsed + external), rss: each(({ rss }) => rss) };
}
