// What a run of the soaks says, as `--json` writes it and as docs/soak.md and its plots are made of.

import type { Machine } from '../report.ts';

/** A whole run. */
export interface SoakReport {
  readonly command: string;
  /** ISO day. */
  readonly date: string;
  readonly machine: Machine;
  readonly node: string;
  /** The version of our server. */
  readonly version: string;
  readonly minutes: number;
  /** Whether the soaks that hold took place at the same time. */
  readonly together: boolean;
  readonly quick: boolean;
  readonly soaks: readonly SoakResult[];
  readonly kernel: readonly KernelSample[];
}

/** What one soak came to. */
export interface SoakResult {
  readonly id: SoakId;
  readonly title: string;
  readonly demands: readonly Demand[];
  /** Figures that nothing is demanded of, by what they are. */
  readonly figures: readonly Figure[];
  readonly series: readonly Series[];
}

export type SoakId = 'idle' | 'traffic' | 'churn' | 'fairness' | 'stalled';

interface Figure {
  readonly name: string;
  readonly figure: string;
}

/** What must be so, and what was. */
export interface Demand {
  readonly name: string;
  /** In words: `0`, `at most 5x`. */
  readonly demand: string;
  readonly figure: string;
  readonly met: boolean;
  /** Whether other work on the machine can spoil it: a time, a rate or what was sampled too briefly. Counts cannot be spoiled. */
  readonly timing: boolean;
}

/** Values over time. */
export interface Series {
  readonly plot: PlotId;
  readonly label: string;
  /** By seconds since the soak began to be measured. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

export type PlotId = 'heap' | 'array-buffers' | 'rss' | 'handles' | 'latency' | 'throughput' | 'stalled-memory';

/** What the kernel holds, for everything on this machine. */
export interface KernelSample {
  /** Since the run began. */
  readonly seconds: number;
  /** Bytes in the buffers of TCP sockets. */
  readonly tcp: number;
  /** Bytes of kernel objects: sockets, files and others. */
  readonly slab: number;
  readonly sockets: number;
  /** Sockets in TIME_WAIT. */
  readonly timeWait: number;
  /** Sockets that no process holds any more, and that have something to send. */
  readonly orphans: number;
}
