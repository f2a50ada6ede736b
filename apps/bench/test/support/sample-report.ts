// A complete report made up by a seeded function: figures of plausible size, and every scenario and contestant of a full run.

import type { BenchReport, ContestantResult, MetricName, ScenarioReport, Spread } from '../../src/report.ts';

type Place = NonNullable<ScenarioReport['at']>;

/** How many times what `net` takes each contestant takes. */
const COSTS: Readonly<Record<string, number>> = {
  framewire: 1.1,
  'framewire (shared read)': 0.95,
  ws: 13,
  'ws+bufferutil': 12.4,
  websocket: 15,
  'uWebSockets.js': 1.8,
  Bun: 1.02,
  Deno: 13.4,
  net: 1,
  undici: 12,
  'node-global': 11.8,
  'ws pre-framed': 10,
};
const ECHO: readonly string[] = [
  'framewire',
  'net',
  'ws',
  'ws+bufferutil',
  'websocket',
  'uWebSockets.js',
  'Bun',
  'Deno',
];
const SIZES = [16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1 << 20, 4 << 20, 16 << 20];

/** A full run that never was. The same seed gives the same report. */
export function sampleReport(seed = 1): BenchReport {
  const random = mulberry32(seed);
  const spread = (median: number): Spread => ({
    median,
    low: median * (1 - 0.08 * random()),
    high: median * (1 + 0.08 * random()),
  });
  const served = (names: readonly string[], base: number, spreading = 1): ContestantResult[] =>
    names.map((contestant) => {
      const cpu = base * (COSTS[contestant] ?? 5) ** spreading * (0.95 + 0.1 * random());
      const metrics: Partial<Record<MetricName, Spread>> = {
        cpu: spread(cpu),
        user: spread(cpu * 0.6),
        system: spread(cpu * 0.4),
        rate: spread(1e6 / cpu),
        p50: spread(cpu * 20),
        p99: spread(cpu * 60),
        p999: spread(cpu * 120),
      };
      const loadWasBottleneck = contestant === 'uWebSockets.js';
      if (contestant !== 'framewire') return { contestant, metrics, loadWasBottleneck };
      return { contestant, metrics, loadWasBottleneck, profile: { '@framewire/protocol': 0.25, writing: 0.75 } };
    });
  const of = (names: readonly string[], metrics: (name: string) => ContestantResult['metrics']): ContestantResult[] =>
    names.map((contestant) => {
      const of = metrics(contestant);
      const heapParts =
        of.heap === undefined || contestant !== 'framewire' ? undefined : { Socket: 208, Transport: 208 };
      return { contestant, metrics: of, loadWasBottleneck: false, ...(heapParts !== undefined && { heapParts }) };
    });
  const scenario = (
    group: string,
    id: string,
    title: string,
    results: readonly ContestantResult[],
    at?: Place,
  ): ScenarioReport => ({ id, group, title, results, ...(at === undefined ? {} : { at }) });
  const codec = (id: string, title: string, nanoseconds: number): ScenarioReport =>
    scenario(
      'codec',
      id,
      title,
      of(['framewire', 'ws'], (name) => ({ time: spread(nanoseconds * (COSTS[name] ?? 1)) })),
    );
  const memory = (heap: number, rss: number) => (name: string) => ({
    heap: spread(name === 'framewire' ? heap : heap * 2.2),
    rss: spread(name === 'framewire' ? rss : rss * 1.9),
  });

  const shared = [...ECHO, 'framewire (shared read)'];
  const scenarios: ScenarioReport[] = [
    scenario('echo', 'echo-20b-16', 'Echo, 20 B, 50 connections, 16 in flight', served(shared, 0.5)),
    scenario(
      'echo',
      'echo-text-20b-16',
      'Echo of text, 20 B, 16 in flight',
      served(
        ECHO.filter((name) => name !== 'net'),
        0.6,
      ),
    ),
    scenario('echo', 'echo-512b-16', 'Echo, 512 B, 50 connections, 16 in flight', served(shared, 0.6)),
    scenario('echo', 'ping-pong-20b', 'Ping-pong, 20 B, 50 connections', served(shared, 7, 0.1)),
    scenario('echo', 'echo-16k', 'Echo, 16 KB, 50 connections', served(shared, 9, 0.3)),
    scenario('echo', 'echo-1m', 'Echo, 1 MB, 1 connection', served(shared, 590, 0.3)),
    ...SIZES.map((value) =>
      scenario(
        'size',
        `size-${value}`,
        `Echo, ${value} B`,
        served(['framewire', 'ws', 'net', 'Bun'], 0.5 + value / 2000, 0.5),
        {
          axis: 'bytes',
          value,
        },
      ),
    ),
    ...[1, 10, 50, 500, 5000, 15_000].map((value) =>
      scenario('connections', `connections-${value}`, `${value} connections`, served(['framewire', 'ws', 'net'], 0.6), {
        axis: 'connections',
        value,
      }),
    ),
    ...[20, 22, 24, 26].flatMap((version) =>
      ['echo-20b-16', 'ping-pong-20b', 'echo-16k'].map((id) =>
        scenario(
          'node-versions',
          `node-${version}-${id}`,
          `${id} on Node ${version}`,
          of([`framewire, Node ${version}`, `ws, Node ${version}`], (name) => ({
            cpu: spread(name.startsWith('ws') ? 7 : 0.6),
          })),
        ),
      ),
    ),
    scenario(
      'client',
      'client-20b-16',
      'Client, 20 B, 50 connections, 16 in flight',
      served(['framewire', 'ws', 'ws+bufferutil', 'websocket', 'undici', 'node-global', 'Bun', 'Deno'], 0.55),
    ),
    scenario('open-close', 'open-close', 'Open and close', served(ECHO, 60, 0.4)),
    scenario(
      'idle',
      'idle',
      'Idle, 5,000 connections',
      of(['framewire', 'ws', 'websocket', 'net', 'Bun'], memory(1300, 4200)),
    ),
    scenario('idle', 'idle-15000', 'Idle, 15,000 connections', of(['framewire'], memory(1290, 4150))),
    scenario(
      'broadcast',
      'broadcast-64b-1000',
      'Broadcast, 64 B to 1,000 in bursts of 16',
      served(['framewire', 'ws', 'ws pre-framed', 'uWebSockets.js', 'Bun'], 0.36),
    ),
    ...[1, 10, 100, 1000, 10_000].map((value) =>
      scenario(
        'fan-out',
        `fan-out-${value}`,
        `Broadcast to ${value}`,
        served(['framewire', 'ws', 'ws pre-framed', 'uWebSockets.js', 'Bun'], 0.36 + 6 / value),
        { axis: 'receivers', value },
      ),
    ),
    scenario('deflate', 'deflate-200b', 'Compressed echo, 200 B', served(['framewire', 'ws'], 9, 0.4)),
    scenario('deflate', 'deflate-2k', 'Compressed echo, 2 KB', served(['framewire', 'ws'], 25, 0.3)),
    scenario(
      'deflate-memory',
      'deflate-memory',
      'Memory with compression',
      of(['framewire', 'ws'], memory(11_000, 30_000)),
    ),
    codec('codec-parse-20b', 'parse 20 B', 16),
    codec('codec-parse-1k', 'parse 1 KB', 110),
    scenario(
      'codec',
      'codec-unmask-16k',
      'unmask 16 KB',
      of(['framewire', 'portable'], () => ({ time: spread(600), throughput: spread(27e9) })),
    ),
    scenario(
      'codec',
      'codec-unmask-1m',
      'unmask 1 MB',
      of(['framewire', 'portable'], () => ({ time: spread(43_000), throughput: spread(24e9) })),
    ),
    scenario(
      'codec',
      'codec-endpoint',
      'An endpoint',
      of(['framewire'], () => ({ time: spread(400), heap: spread(700) })),
    ),
    codec('codec-send-512b', 'send 512 B', 65),
    codec('codec-send-16k', 'send 16 KB', 1180),
    scenario(
      'bundle',
      'size-browser',
      'Browser bundle',
      of(['framewire'], () => ({ size: exactly(3061) })),
    ),
    scenario(
      'bundle',
      'size-protocol',
      'Protocol package',
      of(['framewire'], () => ({ size: exactly(14_100) })),
    ),
    ...[1, 2].map((value) =>
      scenario(
        'processes',
        `processes-${value}`,
        `${value} processes`,
        of(['framewire'], () => ({ rate: spread(4e5 * value) })),
        {
          axis: 'processes',
          value,
        },
      ),
    ),
    scenario('observed', 'observed-20b-16', 'Echo, by who looks on', served(['framewire', 'framewire (messages)'], 1)),
    scenario('shared-read', 'shared-read-64k', 'Echo, 64 KB', served(['framewire', 'framewire (shared read)'], 30)),
  ];
  return {
    mode: 'full',
    command: 'npm run bench -- --write',
    date: '2026-05-04',
    machine: {
      cpu: 'Sample CPU',
      cores: 2,
      memoryBytes: 8 * 1024 ** 3,
      system: 'Linux 6.1',
      pinned: true,
      loadBefore: 0.12,
    },
    node: 'v24.21.0',
    versions: {
      framewire: '0.1.0',
      ws: '8.23.0',
      'uWebSockets.js': '20.60',
      Bun: '1.4.5',
      Deno: '2.9.6',
      undici: '8.12.4',
    },
    unavailable: [{ contestant: 'uWebSockets C++', reason: 'no build of it comes from the registry' }],
    scenarios,
  };
}

function exactly(value: number): Spread {
  return { median: value, low: value, high: value };
}

/** A small generator of pseudo-random numbers between 0 and 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
