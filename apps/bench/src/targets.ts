// The targets the house set itself before the code was written, one entry for each part of each row, and what a report says of them.
// A target is met by its median alone; a spread that reaches it excuses nothing, but is told.

import { findScenario, inverse, measured, quotient, scaled, timesBetter } from './ratios.ts';
import type { BenchReport, MetricName, Spread } from './report.ts';

/** What is compared with the bound. A share is our cost divided by theirs; less is better. */
type Quantity = 'times better' | 'share' | 'M frames/s' | 'GB/s' | 'KB';

export interface Target {
  /** The row of the table the target stands in. */
  readonly row: string;
  /** The id of a scenario. */
  readonly scenario: string;
  readonly metric: MetricName;
  readonly contestant: 'framewire';
  /** Undefined where the bound is an absolute figure. */
  readonly against?: string;
  readonly quantity: Quantity;
  readonly atLeast?: number;
  readonly atMost?: number;
  /** A peer beside the one that was meant; its figure is told, but decides nothing. */
  readonly beside?: string;
  readonly note?: string;
}

type Verdict = boolean | 'peer not available here' | 'not measured';

export interface TargetResult {
  readonly target: Target;
  /** `>= 12x ws`, for readers. */
  readonly text: string;
  /** In the unit of the target; undefined where something was not measured. */
  readonly reached: Spread | undefined;
  readonly met: Verdict;
  /** What the peer beside the one that was meant came to. */
  readonly beside: Spread | undefined;
}

/** In these figures a KB is 1,024 bytes, as in the size budgets of the packages. */
export const KB = 1024;

/** No build of uWebSockets C++ comes from the registry; its JavaScript binding does, and stands beside where it can. */
const NATIVE = 'uWebSockets C++';
const BINDING = 'uWebSockets.js';

const ECHO_20B = 'echo, 20 B, 16 in flight';
const ECHO_512B = 'echo, 512 B, 16 in flight';
const PING_PONG = 'ping-pong, 20 B';
const ECHO_16K = 'echo, 16 KB';
const ECHO_1M = 'echo, 1 MB';
const UNMASK = 'unmask, 16 KB and more';
const ENCODE = 'client, masked encode';
const CLIENT = 'client, 20 B, 16 in flight';
const IDLE = 'idle connection';
const BROADCAST = 'broadcast, 64 B to 1,000, bursts of 16';
const SIZES = 'minified and gzipped';

export const TARGETS: readonly Target[] = [
  faster(ECHO_20B, 'echo-20b-16', 'ws', 12),
  faster(ECHO_20B, 'echo-20b-16', 'net', 0.95),
  faster(ECHO_20B, 'echo-20b-16', 'Bun', 1),
  { ...faster(ECHO_20B, 'echo-20b-16', NATIVE, 0.75), beside: BINDING },
  faster(ECHO_512B, 'echo-512b-16', 'ws', 9),
  faster(ECHO_512B, 'echo-512b-16', 'Bun', 1),
  faster(ECHO_512B, 'echo-512b-16', BINDING, 1),
  faster(PING_PONG, 'ping-pong-20b', 'ws', 1.05),
  faster(PING_PONG, 'ping-pong-20b', 'net', 0.95),
  faster(ECHO_16K, 'echo-16k', 'ws', 2),
  faster(ECHO_16K, 'echo-16k', 'ws+bufferutil', 1),
  faster(ECHO_1M, 'echo-1m', 'ws', 2.5),
  faster(ECHO_1M, 'echo-1m', 'ws+bufferutil', 1.5),
  faster(ECHO_1M, 'echo-1m', 'net', 1),
  { ...faster('codec, parse 20 B frames', 'codec-parse-20b', 'ws', 6), metric: 'time' },
  { ...ours('codec, parse 20 B frames', 'codec-parse-20b', 'time'), quantity: 'M frames/s', atLeast: 35 },
  { ...faster('codec, parse 1 KB frames', 'codec-parse-1k', 'ws', 5), metric: 'time' },
  { ...ours(`${UNMASK}: at 16 KB`, 'codec-unmask-16k', 'throughput'), quantity: 'GB/s', atLeast: 25 },
  { ...ours(`${UNMASK}: at 1 MB`, 'codec-unmask-1m', 'throughput'), quantity: 'GB/s', atLeast: 25 },
  { ...faster(`${ENCODE}, 512 B`, 'codec-send-512b', 'ws', 5), metric: 'time' },
  { ...faster(`${ENCODE}, 16 KB`, 'codec-send-16k', 'ws', 15), metric: 'time' },
  faster(CLIENT, 'client-20b-16', 'ws', 15),
  faster(CLIENT, 'client-20b-16', 'undici', 12),
  { ...ours('open and close', 'open-close', 'cpu'), against: 'ws', quantity: 'share', atMost: 0.5 },
  { ...ours(`${IDLE}: heap`, 'idle', 'heap'), quantity: 'KB', atMost: 1.3, beside: 'ws' },
  { ...ours(`${IDLE}: resident`, 'idle', 'rss'), quantity: 'KB', atMost: 4.5, beside: 'ws' },
  faster(BROADCAST, 'broadcast-64b-1000', 'ws', 18),
  {
    ...faster(BROADCAST, 'broadcast-64b-1000', BINDING, 0.9),
    note: 'the target says uWS; `publish` of uWebSockets.js is its C++ code',
  },
  faster('permessage-deflate echo, 200 B', 'deflate-200b', 'ws', 2.5),
  faster('permessage-deflate echo, 2 KB', 'deflate-2k', 'ws', 2),
  { ...ours(`browser bundle, ${SIZES}`, 'size-browser', 'size'), quantity: 'KB', atMost: 3 },
  { ...ours(`protocol package, ${SIZES}`, 'size-protocol', 'size'), quantity: 'KB', atMost: 9 },
];

/** Every target with what this report says of it, in the order of the table. */
export function judge(report: BenchReport): readonly TargetResult[] {
  return TARGETS.map((target) => {
    const reached = reach(report, target, target.against);
    const beside = target.beside === undefined ? undefined : reach(report, target, target.beside);
    return { target, text: textOf(target), reached, met: verdict(report, target, reached), beside };
  });
}

function reach(report: BenchReport, target: Target, peer: string | undefined): Spread | undefined {
  const scenario = findScenario(report, target.scenario);
  const mine = measured(scenario, target.contestant, target.metric);
  const theirs = peer === undefined ? undefined : measured(scenario, peer, target.metric);
  switch (target.quantity) {
    case 'times better':
      return timesBetter(target.metric, mine, theirs);
    case 'share':
      return quotient(mine, theirs);
    case 'M frames/s':
      return inverse(mine, 1000);
    case 'GB/s':
      return scaled(mine, 1e-9);
    case 'KB':
      return scaled(peer === undefined ? mine : theirs, 1 / KB);
  }
}

function verdict(report: BenchReport, target: Target, reached: Spread | undefined): Verdict {
  if (reached !== undefined) {
    return reached.median >= (target.atLeast ?? 0) && reached.median <= (target.atMost ?? Number.POSITIVE_INFINITY);
  }
  const missing = target.against === NATIVE || report.unavailable.some((one) => one.contestant === target.against);
  return missing ? 'peer not available here' : 'not measured';
}

function textOf({ atLeast, atMost, quantity, against }: Target): string {
  const bound = atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`;
  if (quantity === 'times better') return `${bound}x ${against}`;
  return quantity === 'share' ? `${bound}x the CPU of ${against}` : `${bound} ${quantity}`;
}

function ours(row: string, scenario: string, metric: MetricName): Omit<Target, 'quantity'> {
  return { row, scenario, metric, contestant: 'framewire' };
}

/** CPU of the process for each message: `times` times less than the peer's. */
function faster(row: string, scenario: string, against: string, times: number): Target {
  return { ...ours(row, scenario, 'cpu'), against, quantity: 'times better', atLeast: times };
}
