// The codec benchmark as text.

import type { CpuInfo } from 'node:os';
import type { Timings } from './rounds.ts';
import type { Scenario, Target } from './scenario.ts';

export function headLines(processors: readonly CpuInfo[]): string[] {
  return [
    `Node ${process.version} on ${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}.`,
    'CPU nanoseconds a message: median (first to third quartile) of interleaved rounds; ratio to Framewire.',
  ];
}

export function scenarioLines(scenario: Scenario, timings: Timings): string[] {
  const [ours] = Object.values(timings);
  if (ours === undefined) return [];
  const lines = ['', scenario.name];
  for (const [name, { median, low, high }] of Object.entries(timings)) {
    const spread = `(${figure(low)}-${figure(high)})`;
    const rate = `${figure(1000 / median)} M/s ${figure(scenario.bytes / median)} GB/s`;
    const ratio = median === ours.median ? '' : `${(median / ours.median).toFixed(2)}x`;
    lines.push(`  ${name.padEnd(16)}${figure(median).padStart(8)} ${spread.padEnd(18)} ${rate.padEnd(26)} ${ratio}`);
  }
  for (const target of scenario.targets) lines.push(`  ${targetLine(target, scenario, timings, ours.median)}`);
  return lines;
}

function targetLine(target: Target, scenario: Scenario, timings: Timings, ours: number): string {
  if (target.kind === 'ratio') {
    const rival = timings[target.rival];
    const reached = rival === undefined ? Number.NaN : rival.median / ours;
    return `>= ${target.atLeast}x ${target.rival}: ${verdict(reached, target.atLeast)} (${reached.toFixed(2)}x)`;
  }
  const reached = target.unit === 'GB/s' ? scenario.bytes / ours : 1000 / ours;
  return `>= ${target.atLeast} ${target.unit}: ${verdict(reached, target.atLeast)} (${figure(reached)} ${target.unit})`;
}

function verdict(reached: number, atLeast: number): string {
  return reached >= atLeast ? 'target met' : 'target missed';
}

/** Three digits are more than the measurement is worth. */
function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
