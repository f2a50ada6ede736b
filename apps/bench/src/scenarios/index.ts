// Every scenario, in the order in which they run.

import type { Scenario } from '../define-scenario.ts';
import { broadcastScenarios } from './broadcast.ts';
import { clientScenarios } from './client.ts';
import { echoScenarios, nodeVersionScenarios } from './echo.ts';
import { connectionScenarios, sizeScenarios } from './growth.ts';
import { idleScenarios } from './idle.ts';
import { openCloseScenarios } from './open-close.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...echoScenarios,
  ...nodeVersionScenarios,
  ...sizeScenarios,
  ...connectionScenarios,
  ...clientScenarios,
  ...openCloseScenarios,
  ...idleScenarios,
  ...broadcastScenarios,
];
