// A run: the soaks that hold, all at the same time unless told otherwise, as a server on a machine has idle clients, busy ones and those that come
// and go at once; then the others, which measure time and so have the machine for themselves. In a quick run nobody has.

import { describeMachine } from '../machine.ts';
import { readKernelMemory } from './kernel-memory.ts';
import type { SoakCommandLine } from './soak-command-line.ts';
import { type Soak, type SoakContext, SoakProcesses } from './soak-context.ts';
import type { KernelSample, SoakReport, SoakResult } from './soak-report.ts';
import { scaleOf } from './soak-scale.ts';

export interface SoakRunOptions {
  readonly soaks: readonly Soak[];
  readonly commandLine: SoakCommandLine;
  /** As it stands in the report. */
  readonly command: string;
  say(line: string): void;
}

export async function runSoaks({ soaks, commandLine, command, say }: SoakRunOptions): Promise<SoakReport> {
  const scale = scaleOf(commandLine);
  const machine = describeMachine();
  const processes = new SoakProcesses();
  const kernel: KernelSample[] = [];
  const startedAt = performance.now();
  const watch = setInterval(
    () => kernel.push(readKernelMemory((performance.now() - startedAt) / 1000)),
    scale.sampleEvery,
  );
  const results: SoakResult[] = [];
  try {
    for (const group of groupsOf(soaks, commandLine)) {
      const contextOf = (soak: Soak): SoakContext => ({ scale, processes, say: (line) => say(`${soak.id}: ${line}`) });
      results.push(...(await runGroup(group, contextOf, commandLine.quick)));
    }
  } finally {
    clearInterval(watch);
    await processes.stopAll();
  }
  return {
    command,
    date: new Date().toISOString().slice(0, 10),
    machine,
    node: process.versions.node,
    version: processes.version,
    minutes: commandLine.minutes,
    together: !commandLine.oneByOne,
    quick: commandLine.quick,
    soaks: soaks.flatMap(({ id }) => results.filter((result) => result.id === id)),
    kernel,
  };
}

/** Who runs at the same time, group after group. */
export function groupsOf(soaks: readonly Soak[], { quick, oneByOne }: SoakCommandLine): readonly (readonly Soak[])[] {
  if (quick) return [soaks];
  const holding = soaks.filter(({ holds }) => holds);
  const others = soaks.filter(({ holds }) => !holds).map((soak) => [soak]);
  return [...(oneByOne ? holding.map((soak) => [soak]) : [holding]), ...others].filter(({ length }) => length > 0);
}

/** Prepared one after another, so that the memory of idle connections is theirs, unless there is no time for that; then all run at once. */
async function runGroup(
  soaks: readonly Soak[],
  contextOf: (soak: Soak) => SoakContext,
  quick: boolean,
): Promise<SoakResult[]> {
  const prepared: Promise<() => Promise<SoakResult>>[] = [];
  for (const soak of soaks) {
    const one = prepare(soak, contextOf(soak));
    prepared.push(one);
    if (!quick) await one;
  }
  const runs = await Promise.all(prepared);
  return Promise.all(runs.map((run) => run()));
}

/** Never rejects: what fails, now or later, fails when it runs, and then as a result. */
async function prepare(soak: Soak, context: SoakContext): Promise<() => Promise<SoakResult>> {
  const { id, title } = soak;
  const failed = (error: unknown): SoakResult => {
    context.say(`failed: ${(error as Error).stack}`);
    return brokenDown(soak, error as Error);
  };
  context.say('is prepared');
  try {
    const run = await soak.prepare(context);
    return async () => {
      context.say('runs');
      try {
        return { id, title, ...(await run()) };
      } catch (error) {
        return failed(error);
      } finally {
        context.say('is done');
      }
    };
  } catch (error) {
    return async () => failed(error);
  }
}

/** A soak that breaks down is a demand not met. */
function brokenDown({ id, title }: Soak, { message }: Error): SoakResult {
  const demand = { name: 'runs to its end', demand: 'yes', figure: message, met: false, timing: false };
  return { id, title, demands: [demand], figures: [], series: [] };
}
