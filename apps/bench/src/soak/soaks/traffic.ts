// Messages at a steady rate, echoed: nothing lost, nothing twice, nothing out of order.

import { measuredTime, perSecond, short } from '../../render-numbers.ts';
import { every, HealthSeries } from '../health-series.ts';
import type { Soak } from '../soak-context.ts';
import type { Series } from '../soak-report.ts';
import { count, counted, growthDemandsOf } from '../tally.ts';
import type { TrafficTotals, TrafficWindow } from '../traffic-load.ts';

const CONNECTIONS = 200;
const SIZE = 64;
/** How much of the rate must have been sent for it to be that rate. */
const RATE_SHARE = 0.99;

const SHARES = [
  ['p50', 'p50'],
  ['p99', 'p99'],
  ['p999', 'p99.9'],
] as const;

export const traffic: Soak = {
  id: 'traffic',
  title: 'Traffic at a steady rate',
  holds: true,
  async prepare({ scale, processes }) {
    const server = await processes.server('echo');
    const load = await processes.program('soak-traffic');
    const { rate } = scale;
    await load.ask('connect', { port: server.ready.listening, connections: CONNECTIONS, rate, size: SIZE });
    return async () => {
      const health = new HealthSeries({ label: 'traffic server', process: server });
      const windows: (readonly [seconds: number, window: TrafficWindow])[] = [];
      await load.ask('start');
      await every(scale, async (seconds) => {
        await health.sample(seconds);
        windows.push([seconds, await load.ask<TrafficWindow>('window')]);
      });
      const totals = await load.ask<TrafficTotals>('stop');
      await processes.stop(load, server);
      const sentRate = totals.sent / totals.seconds;
      return {
        demands: [
          counted('messages lost', 0, totals.lost),
          counted('messages duplicated', 0, totals.duplicated),
          counted('messages reordered', 0, totals.reordered),
          counted('messages changed', 0, totals.corrupted),
          counted('unexpected closes', 0, count(totals.ended)),
          {
            name: 'messages a second',
            demand: `${short(rate)}`,
            figure: perSecond(sentRate),
            met: sentRate >= rate * RATE_SHARE,
            timing: true,
          },
          ...growthDemandsOf([health], scale),
        ],
        figures: [
          { name: 'messages there and back', figure: short(totals.received) },
          { name: 'of, over', figure: `${SIZE} B, ${CONNECTIONS} connections` },
          ...SHARES.map(([key, label]) => ({ name: `latency, ${label}`, figure: measuredTime(totals[key]) })),
          { name: 'the sender was late by at most', figure: measuredTime(totals.behind * 1000) },
        ],
        series: [...latencySeries(windows), ...health.series()],
      };
    };
  },
};

function latencySeries(windows: readonly (readonly [seconds: number, window: TrafficWindow])[]): Series[] {
  return SHARES.map(([key, label]) => ({
    plot: 'latency',
    label,
    points: windows.filter(([, window]) => window.received > 0).map(([seconds, window]) => [seconds, window[key]]),
  }));
}
