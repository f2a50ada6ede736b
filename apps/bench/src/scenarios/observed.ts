// What it costs to be looked at: an echo server that nobody watches, one whose metrics are read, and some whose diagnostics channels have
// subscribers. There is no build without counts and channels: that these are free while nobody listens is what the first shows beside the others.

import { inNode } from '../contestant.ts';
import { defineScenario, type Scenario } from '../define-scenario.ts';
import { compareEchoes, type EchoContestant } from '../echo-measurement.ts';
import { framewire } from './echo-contestants.ts';

const ID = 'observed-20b-16';

/** The argument says who looks on: see the program. */
const CONTESTANTS: readonly EchoContestant[] = [
  framewire,
  inNode('framewire (metrics)', 'observed.mjs', { args: ['metrics'] }),
  inNode('framewire (events)', 'observed.mjs', { args: ['events'] }),
  inNode('framewire (messages)', 'observed.mjs', { args: ['messages'] }),
];

export const observedScenarios: readonly Scenario[] = [
  defineScenario({
    id: ID,
    group: 'observed',
    title: 'Echo, 20 B, 50 connections, 16 in flight on each, by who looks on',
    inQuick: false,
    run: async (context) => ({
      results: await compareEchoes(context, {
        id: ID,
        contestants: CONTESTANTS,
        load: { size: 20, connections: 50, inflight: 16 },
        effort: context.effort,
      }),
    }),
  }),
];
