// What a scenario is, and what the bench gives it to run with.

import type { Contestant } from './contestant.ts';
import type { Process } from './process.ts';
import type { ScenarioReport } from './report.ts';

/** Something the bench measures. */
export interface Scenario {
  /** As `--only` finds it: `echo-20b-16`. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly at?: NonNullable<ScenarioReport['at']>;
  /** Whether `--quick` runs it too. */
  readonly inQuick: boolean;
  /** Measures, and resolves with what {@link ScenarioReport} has beside id, group, title and at. */
  run(context: ScenarioContext): Promise<Pick<ScenarioReport, 'results'>>;
}

/** How much time a scenario takes for itself. */
export interface Effort {
  readonly rounds: number;
  /** Milliseconds a contestant works in each round. */
  readonly roundTime: number;
  /** Milliseconds each contestant works before the first round, so that its code is compiled. */
  readonly warmUp: number;
}

/** What the bench gives a scenario. */
export interface ScenarioContext {
  /** Only the contestants that a target names, and few rounds. */
  readonly quick: boolean;
  readonly effort: Effort;
  /**
   * A new process of a contestant on the server's core, which ends with the scenario.
   * Undefined for one that cannot run here, which is in the report from then on.
   */
  contestant(contestant: Contestant): Promise<Process | undefined>;
  /** A program of ours (`src/programs/NAME.ts`) on the load's core, for this scenario. Keys tell apart several of one program. */
  program(name: string, key?: string): Promise<Process>;
  /** Names a contestant in the report that does not take part, or failed. */
  unavailable(contestant: string, reason: string): void;
  /** Names what is going on, on standard error. */
  progress(text: string): void;
}

/** Declares a scenario: hands it back, checked by the compiler. */
export function defineScenario(scenario: Scenario): Scenario {
  return scenario;
}
