// What an endpoint costs before it does anything: heap and time of construction.

import { Endpoint, EndpointSettings } from '@framewire/protocol';
import { ignoringHandler } from './ignoring-handler.ts';
import { NullSink } from './null-sink.ts';

const COUNT = 20_000;

export interface EndpointCost {
  /** Heap bytes each. */
  readonly bytes: number;
  /** Nanoseconds to make one. */
  readonly nanoseconds: number;
}

/** Makes many endpoints that share handler, sink and settings, so that only the endpoints themselves count. */
export function endpoints(): EndpointCost {
  const sink = new NullSink();
  const settings = new EndpointSettings({ role: 'server' });
  const kept = new Array<Endpoint>(COUNT);
  const fill = (): void => {
    for (let at = 0; at < COUNT; at++) kept[at] = new Endpoint(ignoringHandler, sink, settings);
  };
  for (let time = 0; time < 10; time++) fill();
  const start = process.cpuUsage();
  fill();
  const used = process.cpuUsage(start);
  const full = heapAfterCollection();
  kept.fill(undefined as never);
  const bytes = (full - heapAfterCollection()) / COUNT;
  return { bytes, nanoseconds: ((used.user + used.system) * 1000) / COUNT };
}

function heapAfterCollection(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
