// How the cost of an echo grows with the size of messages, and with the number of connections.

import { defineScenario, type Effort, type Scenario, type ScenarioContext } from '../define-scenario.ts';
import { compareEchoes } from '../echo-measurement.ts';
import { bun, framewire, net, ws } from './echo-contestants.ts';

const KB = 1024;
const MB = KB * KB;
const SIZES = [16, 64, 256, KB, 4 * KB, 16 * KB, 64 * KB, 256 * KB, MB, 4 * MB, 16 * MB];
const CONNECTIONS = [1, 10, 50, 500, 5000, 15_000];
/** What is under way on a connection, in bytes and in messages. */
const WINDOW = 64 * KB;
const MOST = 16;

export const sizeScenarios: readonly Scenario[] = SIZES.map((size) => {
  const id = `size-${short(size)}`;
  const inflight = Math.min(MOST, Math.max(1, WINDOW / size));
  return defineScenario({
    id,
    group: 'size',
    title: `Echo, ${long(size)}, 10 connections, ${inflight} in flight on each`,
    at: { axis: 'bytes', value: size },
    inQuick: false,
    run: async (context) => ({
      results: await compareEchoes(context, {
        id,
        contestants: [framewire, ws, bun, net],
        load: { size, connections: 10, inflight },
        effort: effortOf(context),
      }),
    }),
  });
});

export const connectionScenarios: readonly Scenario[] = CONNECTIONS.map((connections) => {
  const id = `connections-${connections}`;
  return defineScenario({
    id,
    group: 'connections',
    title: `Echo, 20 B, ${connections.toLocaleString('en')} ${connections === 1 ? 'connection' : 'connections'}, 1 in flight on each`,
    at: { axis: 'connections', value: connections },
    inQuick: false,
    run: async (context) => ({
      results: await compareEchoes(context, {
        id,
        contestants: [framewire, ws, net],
        load: { size: 20, connections, inflight: 1 },
        effort: effortOf(context),
      }),
    }),
  });
});

/** A curve needs less of each point than a target does. */
function effortOf({ effort }: ScenarioContext): Effort {
  return { ...effort, rounds: Math.min(5, effort.rounds), roundTime: 250 };
}

function short(size: number): string {
  if (size >= MB) return `${size / MB}m`;
  return size >= KB ? `${size / KB}k` : String(size);
}

function long(size: number): string {
  if (size >= MB) return `${size / MB} MB`;
  return size >= KB ? `${size / KB} KB` : `${size} B`;
}
