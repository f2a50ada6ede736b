// Where a run takes place.

import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { canPin } from './process.ts';
import type { Machine } from './report.ts';

/** Looks at the machine; to be called before anything is started. */
export function describeMachine(): Machine {
  const [loadBefore = 0] = loadavg();
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    pinned: canPin,
    loadBefore,
  };
}
