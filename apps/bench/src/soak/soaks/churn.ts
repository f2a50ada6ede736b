// Connections that come and go: when all have gone, everything is as it was before the first of them.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Process } from '../../process.ts';
import { figure, short } from '../../render-numbers.ts';
import type { ChurnState } from '../churn-load.ts';
import { every, HealthSeries } from '../health-series.ts';
import { type Census, differences, grown, moreCommon } from '../object-census.ts';
import type { Health } from '../process-health.ts';
import type { Soak } from '../soak-context.ts';
import type { Demand } from '../soak-report.ts';
import { count, counted, growthDemandsOf } from '../tally.ts';

/** What comes before the baseline: code is compiled, pools are filled. */
const FIRST_TIME = 3000;
/** Connections that are held to see what connections are made of. */
const HELD = 40;
/** How many of them may not come because too many are under way. */
const SKIPPED_SHARE = 0.01;
/** How long the last ones may take to go: a refused client has 2 s to hang up, a closing one 5 s. */
const QUIET_TIME = 20_000;
/** Objects of common kinds that may be there more: code that ran for the first time, not one in a hundred connections. */
const COMMON_SLACK = 200;

/** What a process holds when nobody is connected. */
interface Rest {
  readonly health: Health;
  readonly census: Census;
}

export const churn: Soak = {
  id: 'churn',
  title: 'Connections that come and go',
  holds: true,
  async prepare({ scale, processes }) {
    const server = await processes.server('echo');
    const load = await processes.program('soak-churn');
    const crowd = await processes.program('soak-idle');
    const port = server.ready.listening;
    await load.ask('start', { port, rate: scale.churn });
    await sleep(FIRST_TIME);
    await load.ask('stop');
    await crowd.ask('join', { port, localAddress: ADDRESS, firstPort: FIRST_PORT, count: HELD });
    const held = await server.ask<Census>('census');
    await crowd.ask('leave');
    await processes.stop(crowd);
    await settle(server, 0);
    const before = await Promise.all([restOf(server), restOf(load)]);
    const classes = [...new Set([...grown(before[0].census, held, HELD), ...SERVER_CLASSES])].sort();
    return async () => {
      const health = new HealthSeries({ label: 'churn server', process: server });
      await load.ask('start', { port, rate: scale.churn });
      // In a moment in which nobody is there: what is in memory then is what was left.
      await every(scale, async (seconds) => {
        await load.ask('pause');
        await health.sample(seconds);
        await load.ask('resume');
      });
      const totals = await load.ask<ChurnState>('stop');
      const left = await settle(server, 0);
      const after = await Promise.all([restOf(server), restOf(load)]);
      await processes.stop(load, server);
      return {
        demands: [
          { ...counted('connections that went wrong', 0, count(totals.failed)), figure: describe(totals.failed) },
          counted('connections begun that came to their end', totals.begun, count(totals.done)),
          {
            name: 'connections a second',
            demand: short(scale.churn),
            figure: figure((totals.begun * 1000) / scale.time),
            met: totals.skipped <= totals.begun * SKIPPED_SHARE,
            timing: true,
          },
          counted('connections in the set of the server', 0, left),
          ...restDemands('server', before[0], after[0], classes),
          ...restDemands('client', before[1], after[1], OUR_CLASSES),
          ...growthDemandsOf([health], scale),
        ],
        figures: [
          ...Object.entries(totals.done).map(([way, times]) => ({ name: way, figure: short(times) })),
          { name: 'under way at once, at most', figure: short(totals.most) },
          { name: 'classes that a connection is made of', figure: classes.join(', ') },
        ],
        series: health.series(),
      };
    };
  },
};

const ADDRESS = '127.0.0.8';
const FIRST_PORT = 20_000;
/** What there is of a handshake that is not done, and of one that was refused: no connection is made of them. */
const SERVER_CLASSES: readonly string[] = ['AbortSignal', 'Opening', 'RequestHeadDecoder', 'Timeout', 'Upgrade'];
/** What our client makes for each connection, and Node. */
const OUR_CLASSES: readonly string[] = [
  'AbortSignal',
  'ClientOpening',
  'Endpoint',
  'Opening',
  'Socket',
  'SocketConnection',
  'TCP',
  'Timeout',
  'Transport',
];

/** Waits until the server has so few connections, and tells how many it has in the end. */
async function settle(server: Process, connections: number): Promise<number> {
  const end = performance.now() + QUIET_TIME;
  for (;;) {
    const { open } = await server.ask<{ readonly open: number }>('count');
    const { handles } = await server.ask<Health>('health');
    const quiet = open <= connections && (handles.TCPSocketWrap ?? 0) <= connections;
    if (quiet || performance.now() > end) return open;
    await sleep(SETTLE_STEP);
  }
}

const SETTLE_STEP = 100;

async function restOf(process: Process): Promise<Rest> {
  // Timers of what is over run out, and what they held is found by the collection.
  await sleep(REST_TIME);
  await process.ask('census');
  const health = await process.ask<Health>('health');
  return { health, census: await process.ask<Census>('census') };
}

const REST_TIME = 2500;

function restDemands(name: string, before: Rest, after: Rest, classes: readonly string[]): Demand[] {
  const exactly = (what: string, was: string): Demand => ({
    name: `${name}: ${what}`,
    demand: 'as before',
    figure: was === '' ? 'as before' : was,
    met: was === '',
    timing: false,
  });
  const more = moreCommon(before.census, after.census);
  return [
    exactly('handles and timers', recordDifference(before.health.handles, after.health.handles)),
    exactly('open files', numberDifference(before.health.files, after.health.files)),
    exactly('listeners of the process', numberDifference(before.health.listeners, after.health.listeners)),
    exactly(`objects of ${classes.length} classes`, differences(classes, before.census, after.census).join(', ')),
    {
      name: `${name}: objects of common kinds`,
      demand: `less than ${COMMON_SLACK} more`,
      figure: `${more < 0 ? '' : '+'}${short(more)}`,
      met: more < COMMON_SLACK,
      timing: false,
    },
  ];
}

function recordDifference(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .flatMap((name) => {
      const was = numberDifference(before[name] ?? 0, after[name] ?? 0);
      return was === '' ? [] : [`${name} ${was}`];
    })
    .join(', ');
}

function numberDifference(before: number, after: number): string {
  return before === after ? '' : `${after - before > 0 ? '+' : ''}${after - before}`;
}

function describe(failed: Readonly<Record<string, number>>): string {
  const parts = Object.entries(failed).map(([why, times]) => `${short(times)} (${why})`);
  return parts.length === 0 ? '0' : parts.join(', ');
}
