// Every scenario, in the order in which they run.

import type { Scenario } from '../define-scenario.ts';
import { echoScenarios, nodeVersionScenarios } from './echo.ts';
import { connectionScenarios, sizeScenarios } from './growth.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...echoScenarios,
  ...nodeVersionScenarios,
  ...sizeScenarios,
  ...connectionScenarios,
];
