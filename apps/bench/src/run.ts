// A run: every scenario that was asked for, one after another, and what they came to.

import { existsSync } from 'node:fs';
import type { Effort, Scenario, ScenarioContext } from './define-scenario.ts';
import { describeMachine } from './machine.ts';
import { ProcessPool } from './process-pool.ts';
import type { BenchReport, ScenarioReport } from './report.ts';

const FULL: Effort = { rounds: 7, roundTime: 350, warmUp: 500 };
const QUICK: Effort = { rounds: 5, roundTime: 250, warmUp: 500 };

/** What to run, and who hears how it goes. */
export interface RunOptions {
  readonly scenarios: readonly Scenario[];
  readonly quick: boolean;
  /** As it stands in the report. */
  readonly command: string;
  say(line: string): void;
}

/** The scenarios whose ids contain one of these parts, all without parts; in a quick run, of those that it has. */
export function selectScenarios(
  scenarios: readonly Scenario[],
  only: readonly string[],
  quick: boolean,
): readonly Scenario[] {
  return scenarios.filter(
    ({ id, inQuick }) => (inQuick || !quick) && (only.length === 0 || only.some((part) => id.includes(part))),
  );
}

/** @throws Error where there is no /proc to read CPU time from */
export async function run({ scenarios, quick, command, say }: RunOptions): Promise<BenchReport> {
  if (!existsSync('/proc/self/stat')) throw new Error('The bench reads CPU time from /proc, which only Linux has.');
  const machine = describeMachine();
  const pool = new ProcessPool();
  const reports: ScenarioReport[] = [];
  try {
    for (const [index, scenario] of scenarios.entries()) {
      const prefix = `[${index + 1}/${scenarios.length}] ${scenario.id}`;
      const report = await runScenario(
        scenario,
        contextOf(pool, quick, (text) => say(`${prefix}: ${text}`)),
      );
      if (report !== undefined) reports.push(report);
      await pool.endScenario();
    }
  } finally {
    await pool.endScenario();
  }
  return {
    mode: quick ? 'quick' : 'full',
    command,
    date: new Date().toISOString().slice(0, 10),
    machine,
    node: process.versions.node,
    versions: pool.versions,
    unavailable: pool.unavailable,
    scenarios: reports,
  };
}

/** A scenario that fails is told, and left out of the report: the others are still worth having. */
async function runScenario(scenario: Scenario, context: ScenarioContext): Promise<ScenarioReport | undefined> {
  const { id, group, title, at } = scenario;
  try {
    const { results } = await scenario.run(context);
    return { id, group, title, ...(at === undefined ? {} : { at }), results };
  } catch (error) {
    context.progress(`failed: ${(error as Error).stack}`);
    context.unavailable(`everyone in ${id}`, (error as Error).message);
    return undefined;
  }
}

function contextOf(pool: ProcessPool, quick: boolean, progress: (text: string) => void): ScenarioContext {
  return {
    quick,
    effort: quick ? QUICK : FULL,
    contestant: (contestant) => pool.contestant(contestant),
    program: (name, key) => pool.program(name, key),
    unavailable: (contestant, reason) => {
      progress(`${contestant} does not take part: ${reason}`);
      pool.exclude(contestant, reason);
    },
    progress,
  };
}
