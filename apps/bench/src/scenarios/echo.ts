// Echo servers at what is common: many small messages in bursts, one at a time, and larger ones.

import { defineScenario, type Scenario } from '../define-scenario.ts';
import { compareEchoes, type EchoComparison, type EchoContestant } from '../echo-measurement.ts';
import { NODE_VERSIONS } from '../runtimes.ts';
import {
  bun,
  deno,
  framewire,
  framewireSharedRead,
  inNodeVersion,
  net,
  uWebSockets,
  websocket,
  ws,
  wsWithAddon,
} from './echo-contestants.ts';

interface EchoCase {
  readonly id: string;
  readonly title: string;
  readonly load: EchoComparison['load'];
  /** Whom a target names: who takes part in a quick run. None for a case without targets. */
  readonly quick: readonly EchoContestant[];
}

const EVERYONE = [framewire, framewireSharedRead, ws, wsWithAddon, websocket, uWebSockets, bun, deno, net];

const CASES: readonly EchoCase[] = [
  {
    id: 'echo-20b-16',
    title: 'Echo, 20 B, 50 connections, 16 in flight on each',
    load: { size: 20, connections: 50, inflight: 16 },
    quick: [framewire, ws, uWebSockets, bun, net],
  },
  {
    id: 'echo-text-20b-16',
    title: 'Echo of text as strings, 20 B, 50 connections, 16 in flight on each',
    load: { size: 20, connections: 50, inflight: 16, text: true },
    quick: [],
  },
  {
    id: 'echo-512b-16',
    title: 'Echo, 512 B, 50 connections, 16 in flight on each',
    load: { size: 512, connections: 50, inflight: 16 },
    quick: [framewire, ws, uWebSockets, bun],
  },
  {
    id: 'ping-pong-20b',
    title: 'Ping-pong, 20 B, 50 connections, 1 in flight on each',
    load: { size: 20, connections: 50, inflight: 1 },
    quick: [framewire, ws, net],
  },
  {
    id: 'echo-16k',
    title: 'Echo, 16 KB, 50 connections, 1 in flight on each',
    load: { size: 16_384, connections: 50, inflight: 1 },
    quick: [framewire, ws, wsWithAddon],
  },
  {
    id: 'echo-1m',
    title: 'Echo, 1 MB, 1 connection, 1 in flight',
    load: { size: 1 << 20, connections: 1, inflight: 1 },
    quick: [framewire, ws, wsWithAddon, net],
  },
];

export const echoScenarios: readonly Scenario[] = CASES.map(({ id, title, load, quick }) =>
  defineScenario({
    id,
    group: 'echo',
    title,
    inQuick: quick.length > 0,
    run: async (context) => {
      // A socket that sends back bytes makes no strings of them.
      const everyone = load.text === true ? EVERYONE.filter(({ raw }) => raw !== true) : EVERYONE;
      const contestants = context.quick ? quick : everyone;
      return {
        results: await compareEchoes(context, { id, contestants, load, effort: context.effort, profiled: true }),
      };
    },
  }),
);

const IN_EVERY_VERSION = ['echo-20b-16', 'ping-pong-20b', 'echo-16k'];

export const nodeVersionScenarios: readonly Scenario[] = NODE_VERSIONS.flatMap((version) =>
  CASES.filter(({ id }) => IN_EVERY_VERSION.includes(id)).map((one) => {
    const id = `node-${version}-${one.id}`;
    const contestants = inNodeVersion(version);
    return defineScenario({
      id,
      group: 'node-versions',
      title: `${one.title}, Node ${version}`,
      inQuick: false,
      run: async (context) => ({
        results: await compareEchoes(context, {
          id,
          contestants,
          load: one.load,
          effort: { ...context.effort, rounds: 5 },
        }),
      }),
    });
  }),
);
