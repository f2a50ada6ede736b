// What a run of the bench says, as `--json` writes it and as the plots and docs/performance.md are made of.

import type { Spread } from './statistics.ts';

export type { Spread } from './statistics.ts';

/** A whole run. */
export interface BenchReport {
  readonly mode: 'full' | 'quick';
  readonly command: string;
  /** ISO day. */
  readonly date: string;
  readonly machine: Machine;
  /** The Node that runs framewire, ws and net. */
  readonly node: string;
  /** The version of each contestant, as it says itself. */
  readonly versions: Readonly<Record<string, string>>;
  /** Who could not run here, or failed while it ran, and why. */
  readonly unavailable: readonly Unavailable[];
  readonly scenarios: readonly ScenarioReport[];
}

/** Where a run took place. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  /** Whether server and load had a core each. */
  readonly pinned: boolean;
  /** The load average of the last minute before the run. */
  readonly loadBefore: number;
}

/** A contestant that is missing from a scenario. */
export interface Unavailable {
  readonly contestant: string;
  readonly reason: string;
}

/** What one scenario measured. */
export interface ScenarioReport {
  readonly id: string;
  /**
   * 'echo', 'size', 'connections', 'fan-out', 'client', 'open-close', 'idle', 'broadcast', 'deflate', 'deflate-memory', 'codec',
   * 'processes', 'node-versions', 'observed' or 'shared-read'.
   */
  readonly group: string;
  readonly title: string;
  /** Where on an axis of a plot it stands. */
  readonly at?: { readonly axis: 'bytes' | 'connections' | 'receivers' | 'processes'; readonly value: number };
  readonly results: readonly ContestantResult[];
}

/** What one contestant reached in a scenario. */
export interface ContestantResult {
  readonly contestant: string;
  readonly metrics: Readonly<Partial<Record<MetricName, Spread>>>;
  /** Whether the load's core was busy all the time and the server's was not: the rate is the load's then; CPU a message stands. */
  readonly loadWasBottleneck: boolean;
  readonly note?: string;
  /** What its main thread was busy with, in a full run for some: shares of its time, which sum to 1. */
  readonly profile?: Profile;
  /** What an idle connection is made of, in a full run for some: bytes of the heap by class. */
  readonly heapParts?: Readonly<Record<string, number>>;
}

/** Parts of a process by name, and their shares of its time. */
export type Profile = Readonly<Record<string, number>>;

/**
 * `cpu`, `user`, `system`: microseconds a message, a delivery, or an opening with its closing. `rate`: those a second.
 * `p50`, `p99`, `p999`: microseconds. `heap`, `rss`: bytes a connection. `throughput`: bytes a second. `size`: bytes. `time`: nanoseconds.
 */
export type MetricName =
  | 'cpu'
  | 'user'
  | 'system'
  | 'rate'
  | 'p50'
  | 'p99'
  | 'p999'
  | 'heap'
  | 'rss'
  | 'throughput'
  | 'size'
  | 'time';
