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
      results.push(
        ...(await runGroup(group, (soak) => ({ scale, processes, say: (line) => say(`${soak.id}: ${line}`) }))),
      );
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

/** Prepared one after another, so that the memory of idle connections is theirs; then all at once. */
async function runGroup(soaks: readonly Soak[], contextOf: (soak: Soak) => SoakContext): Promise<SoakResult[]> {
  const prepared: { readonly soak: Soak; readonly context: SoakContext; run: () => Promise<SoakResult> }[] = [];
  for (const soak of soaks) {
    const { id, title } = soak;
    const context = contextOf(soak);
    context.say('is prepared');
    try {
      const run = await soak.prepare(context);
      prepared.push({ soak, context, run: async () => ({ id, title, ...(await run()) }) });
    } catch (error) {
      prepared.push({ soak, context, run: () => Promise.reject(error) });
    }
  }
  return Promise.all(
    prepared.map(async ({ soak, context, run }) => {
      context.say('runs');
      try {
        const result = await run();
        context.say('is done');
        return result;
      } catch (error) {
        context.say(`failed: ${(error as Error).stack}`);
        return brokenDown(soak, error as Error);
      }
    }),
  );
}

/** A soak that breaks down is a demand not met. */
function brokenDown({ id, title }: Soak, { message }: Error): SoakResult {
  const demand = { name: 'runs to its end', demand: 'yes', figure: message, met: false, timing: false };
  return { id, title, demands: [demand], figures: [], series: [] };
}
