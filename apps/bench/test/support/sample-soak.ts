// A report as a run writes it, for tests of what is made of one.

import type { Demand, SoakReport, SoakResult } from '../../src/soak/soak-report.ts';

export function demand(name: string, met: boolean, timing = false): Demand {
  return { name, demand: '0', figure: met ? '0' : '3 (reset by /home/somebody/peer.js)', met, timing };
}

export function sampleSoak(changes: Partial<SoakReport> = {}): SoakReport {
  const points = Array.from({ length: 40 }, (_, index): [number, number] => [index * 10, 5_000_000 + index]);
  const idle: SoakResult = {
    id: 'idle',
    title: 'Idle connections',
    demands: [demand('unexpected closes', true), demand('server 1: heap', true, true)],
    figures: [{ name: 'Pings', figure: '4' }],
    series: [
      { plot: 'heap', label: 'idle server 1', points },
      { plot: 'rss', label: 'idle server 1', points },
    ],
  };
  const traffic: SoakResult = {
    id: 'traffic',
    title: 'Traffic',
    demands: [demand('messages lost', true)],
    figures: [],
    series: [
      {
        plot: 'latency',
        label: 'p99',
        points: [
          [10, 120],
          [20, 95.5],
          [30, 1300],
        ],
      },
    ],
  };
  return {
    command: 'npm run soak -- --write --json /home/somebody/soak.json',
    date: '2026-11-23',
    machine: { cpu: 'Some CPU', cores: 2, memoryBytes: 2 ** 34, system: 'Linux 6', pinned: true, loadBefore: 0.1 },
    node: '24.21.0',
    version: '0.1.0',
    minutes: 30,
    together: true,
    quick: false,
    soaks: [idle, traffic],
    kernel: [
      { seconds: 10, tcp: 4096, slab: 2 ** 20, sockets: 4, timeWait: 0, orphans: 0 },
      { seconds: 20, tcp: 8192, slab: 2 ** 21, sockets: 4, timeWait: 0, orphans: 0 },
    ],
    ...changes,
  };
}
