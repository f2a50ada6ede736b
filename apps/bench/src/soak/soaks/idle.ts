// Idle connections: nobody says a word but the keepalive, and nobody is lost.

import { bytes, short } from '../../render-numbers.ts';
import { every, HealthSeries } from '../health-series.ts';
import type { CrowdState } from '../idle-crowd.ts';
import { readKernelMemory } from '../kernel-memory.ts';
import type { Health } from '../process-health.ts';
import type { Soak } from '../soak-context.ts';
import { count, counted, growthDemandsOf, tally } from '../tally.ts';

/** A process may have 20,000 files, so there are several; and an address of this machine 28,000 ports. */
const SERVERS = 4;
/** Who comes first is not counted: what is made once is nobody's. */
const FIRST = 100;
const FIRST_PORT = 20_000;
/** In milliseconds: the default interval of the keepalive, 25 s, a tick of its timer, and what ticks are late on a machine that is busy. */
const PING_TIME = 40_000;

export const idle: Soak = {
  id: 'idle',
  title: 'Idle connections',
  holds: true,
  async prepare(context) {
    const { scale, processes } = context;
    const each = Math.round(scale.idle / SERVERS);
    const servers = await repeat(SERVERS, () => processes.server('echo'));
    const crowds = await repeat(SERVERS, () => processes.program('soak-idle'));
    const join = (from: number, some: number): Promise<unknown> =>
      Promise.all(
        crowds.map((crowd, index) =>
          crowd.ask('join', {
            port: servers[index]?.ready.listening,
            localAddress: `127.0.0.${2 + index}`,
            firstPort: FIRST_PORT + from,
            count: some,
          }),
        ),
      );
    const healths = (): Promise<Health[]> => Promise.all(servers.map((server) => server.ask<Health>('health')));
    await join(0, FIRST);
    const before = await healths();
    const kernelBefore = readKernelMemory(0);
    const startedAt = performance.now();
    await join(FIRST, each - FIRST);
    const opening = (performance.now() - startedAt) / 1000;
    const after = await healths();
    const kernelAfter = readKernelMemory(0);
    context.say(`${short(each * SERVERS)} connections are open, after ${opening.toFixed(1)} s`);
    const came = (each - FIRST) * SERVERS;
    const perConnection = (now: readonly Health[], of: (health: Health) => number): string => {
      const sum = (some: readonly Health[]): number => some.reduce((total, health) => total + of(health), 0);
      return bytes(Math.round((sum(now) - sum(before)) / came));
    };
    const memory = (when: string, now: readonly Health[]) => [
      { name: `a connection, ${when}: heap of the server`, figure: perConnection(now, ({ heapUsed }) => heapUsed) },
      { name: `a connection, ${when}: array buffers`, figure: perConnection(now, ({ arrayBuffers }) => arrayBuffers) },
      { name: `a connection, ${when}: resident memory`, figure: perConnection(now, ({ rss }) => rss) },
    ];
    const kernel = kernelAfter.slab + kernelAfter.tcp - kernelBefore.slab - kernelBefore.tcp;
    const figures = [
      { name: 'connections, servers', figure: `${short(each * SERVERS)}, ${SERVERS}` },
      { name: 'time to open them all', figure: `${opening.toFixed(1)} s` },
      ...memory('when it was opened', after),
      { name: 'a connection: the kernel, for both ends', figure: bytes(Math.round(kernel / came)) },
    ];
    return async () => {
      const series = servers.map((process, index) => new HealthSeries({ label: `idle server ${index + 1}`, process }));
      await every(scale, async (seconds) => {
        await Promise.all(series.map((one) => one.sample(seconds)));
      });
      const inTheEnd = memory('in the end', await healths());
      const states = await Promise.all(crowds.map((crowd) => crowd.ask<CrowdState>('state')));
      const open = await Promise.all(servers.map((server) => server.ask<{ readonly open: number }>('count')));
      const held = open.reduce((sum, one) => sum + one.open, 0);
      const pings = states.reduce((sum, state) => sum + state.pings, 0);
      const ended = tally(states.map((state) => state.ended));
      await Promise.all(crowds.map((crowd) => crowd.ask('leave')));
      await processes.stop(...crowds, ...servers);
      const rounds = Math.floor(scale.time / PING_TIME);
      return {
        demands: [
          { ...counted('unexpected closes', 0, count(ended)), figure: describe(ended) },
          counted('connections that the servers hold at the end', each * SERVERS, held),
          counted(
            'data that nobody sent',
            0,
            states.reduce((sum, state) => sum + state.unexpected, 0),
          ),
          ...(rounds === 0 ? [] : [pingDemand(pings, rounds * each * SERVERS, rounds)]),
          ...growthDemandsOf(series, scale),
        ],
        figures: [...figures, ...inTheEnd, { name: 'Pings that came and were answered', figure: short(pings) }],
        series: series.flatMap((one) => one.series()),
      };
    };
  },
};

/** Without Pings that are answered, that nobody was lost would only say that nobody looked. */
function pingDemand(pings: number, expected: number, rounds: number) {
  return {
    name: `Pings answered, ${short(rounds)} or more on each connection`,
    demand: `at least ${short(expected)}`,
    figure: short(pings),
    met: pings >= expected,
    timing: false,
  };
}

function describe(ended: Readonly<Record<string, number>>): string {
  const parts = Object.entries(ended).map(([why, times]) => `${short(times)} (${why})`);
  return parts.length === 0 ? '0' : parts.join(', ');
}

async function repeat<Value>(times: number, make: () => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: times }, make));
}
