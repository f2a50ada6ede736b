// Some readers of a broadcast stop reading: the others get theirs as before, and those who stopped are closed, in bounded memory.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Process } from '../../process.ts';
import { bytes, perSecond, short } from '../../render-numbers.ts';
import { quartiles } from '../../statistics.ts';
import { readKernelMemory } from '../kernel-memory.ts';
import { STALLED_QUEUE } from '../server-kinds.ts';
import type { Soak } from '../soak-context.ts';
import type { Demand, Series } from '../soak-report.ts';
import { counted } from '../tally.ts';

const SIZE = 16 * 1024;
/** Messages that the server is ahead of its readers. */
const AHEAD = 2;
const STEP = 500;
const LEAST_SHARE = 0.9;
/** How long it may take until all who stopped are closed. What the kernel takes for each comes first. */
const MOST_TIME = 90_000;
const MB = 1024 * 1024;
/** What the server may use beside the queues: frames, garbage not yet collected. */
const SLACK = 128 * MB;

interface Point {
  readonly seconds: number;
  /** Deliveries a second. */
  readonly rate: number;
  readonly rss: number;
  readonly kernel: number;
}

/** What one round came to. */
interface Round {
  readonly before: number;
  readonly after: number;
  readonly closed: number;
  readonly lost: number;
  readonly grown: number;
  readonly kernelGrown: number;
  readonly orphans: number;
  readonly points: readonly Point[];
}

export const stalled: Soak = {
  id: 'stalled',
  title: 'Readers that stop reading',
  holds: false,
  async prepare({ scale, processes, say }) {
    const readers = scale.readers - scale.stalling;
    return async () => {
      const rounds: Round[] = [];
      for (let round = 0; round < Math.max(1, Math.ceil(scale.rounds / 2)); round++) {
        const server = await processes.server('broadcast');
        const load = await processes.program('soak-readers');
        rounds.push(await runRound(server, load, { readers, stalling: scale.stalling, time: scale.roundTime * 2 }));
        await processes.stop(load, server);
        say(`round ${round + 1}: ${describe(rounds.at(-1))}`);
      }
      const share = quartiles(rounds.map(({ before, after }) => after / before)).median;
      const grown = Math.max(...rounds.map((round) => round.grown));
      const bound = scale.stalling * STALLED_QUEUE + SLACK;
      const throughput: Demand = {
        name: 'throughput of the others',
        demand: `at least ${LEAST_SHARE * 100} % of before`,
        figure: `${(share * 100).toFixed(1)} %`,
        met: share >= LEAST_SHARE,
        timing: true,
      };
      const memory: Demand = {
        name: 'memory of the server, at any instant',
        demand: `at most ${bytes(bound)} more`,
        figure: bytes(Math.max(0, grown)),
        met: grown <= bound,
        timing: false,
      };
      const median = (of: (round: Round) => number): number => quartiles(rounds.map(of)).median;
      return {
        demands: [
          throughput,
          counted(
            'those who stopped were closed with 1008',
            scale.stalling,
            Math.min(...rounds.map((one) => one.closed)),
          ),
          counted('others that were closed', 0, Math.max(...rounds.map((one) => one.lost))),
          memory,
        ],
        figures: [
          { name: 'readers, those who stop', figure: `${short(scale.readers)}, ${short(scale.stalling)}` },
          { name: 'deliveries a second before', figure: perSecond(median(({ before }) => before)) },
          { name: 'deliveries a second after', figure: perSecond(median(({ after }) => after)) },
          { name: 'a message of the broadcast', figure: bytes(SIZE) },
          { name: 'what may wait for each', figure: bytes(STALLED_QUEUE) },
          {
            name: 'memory of the kernel, at most more',
            figure: bytes(Math.max(...rounds.map((one) => one.kernelGrown))),
          },
          {
            name: 'sockets that the kernel still held for nobody after a round',
            figure: short(Math.max(...rounds.map((one) => one.orphans))),
          },
          { name: 'rounds', figure: short(rounds.length) },
        ],
        series: seriesOf(rounds[0]?.points ?? []),
      };
    };
  },
};

async function runRound(
  server: Process,
  load: Process,
  { readers, stalling, time }: { readonly readers: number; readonly stalling: number; readonly time: number },
): Promise<Round> {
  await load.ask('open', { port: server.ready.listening, readers, stalling, size: SIZE });
  await server.ask('broadcast', { size: SIZE, underWay: AHEAD });
  const startedAt = performance.now();
  const points: Point[] = [];
  let slow = 0;
  let delivered = 0;
  let lookedAt = startedAt;
  const look = async (): Promise<void> => {
    await sleep(STEP);
    const state = await load.ask<{ readonly delivered: number }>('state');
    const now = performance.now();
    const counts = await server.ask<{ readonly slow: number; readonly rss: number }>('count');
    slow = counts.slow;
    points.push({
      seconds: (now - startedAt) / 1000,
      rate: ((state.delivered - delivered) * 1000) / (now - lookedAt),
      rss: counts.rss,
      kernel: readKernelMemory(0).tcp,
    });
    delivered = state.delivered;
    lookedAt = now;
  };
  // The first half is a warm-up.
  while (performance.now() - startedAt < 2 * time) await look();
  const rates = (some: readonly Point[]): number => quartiles(some.map(({ rate }) => rate)).median;
  const before = points.filter(({ seconds }) => seconds * 1000 >= time);
  await load.ask('stall');
  const stalledAt = performance.now();
  const first = points.length;
  while (performance.now() - stalledAt < time || (slow < stalling && performance.now() - stalledAt < MOST_TIME))
    await look();
  const after = points.slice(first);
  await server.ask('silence');
  const { lost } = await load.ask<{ readonly lost: number }>('state');
  const { orphans } = readKernelMemory(0);
  await load.ask('close');
  const most = (some: readonly Point[], of: (point: Point) => number): number => Math.max(...some.map(of));
  return {
    before: rates(before),
    after: rates(after),
    closed: slow,
    lost,
    grown: most(after, ({ rss }) => rss) - most(before, ({ rss }) => rss),
    kernelGrown: most(after, ({ kernel }) => kernel) - most(before, ({ kernel }) => kernel),
    orphans,
    points,
  };
}

function describe(round: Round | undefined): string {
  if (round === undefined) return '';
  return `${perSecond(round.before)} deliveries a second before, ${perSecond(round.after)} after; ${short(round.closed)} closed`;
}

function seriesOf(points: readonly Point[]): Series[] {
  const of = (plot: Series['plot'], label: string, value: (point: Point) => number): Series => ({
    plot,
    label,
    points: points.map((point) => [point.seconds, value(point)]),
  });
  return [
    of('throughput', 'deliveries', ({ rate }) => rate),
    of('stalled-memory', 'server', ({ rss }) => rss),
    of('stalled-memory', 'kernel, TCP', ({ kernel }) => kernel),
  ];
}
