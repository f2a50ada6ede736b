// Every scenario, in the order in which they run.

import type { Scenario } from '../define-scenario.ts';
import { broadcastScenarios } from './broadcast.ts';
import { bundleScenarios } from './bundle.ts';
import { clientScenarios } from './client.ts';
import { codecScenarios } from './codec.ts';
import { deflateScenarios } from './deflate.ts';
import { deflateMemoryScenarios } from './deflate-memory.ts';
import { echoScenarios, nodeVersionScenarios } from './echo.ts';
import { connectionScenarios, sizeScenarios } from './growth.ts';
import { idleScenarios } from './idle.ts';
import { observedScenarios } from './observed.ts';
import { openCloseScenarios } from './open-close.ts';
import { processesScenarios } from './processes.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...echoScenarios,
  ...nodeVersionScenarios,
  ...sizeScenarios,
  ...connectionScenarios,
  ...clientScenarios,
  ...openCloseScenarios,
  ...idleScenarios,
  ...broadcastScenarios,
  ...deflateScenarios,
  ...deflateMemoryScenarios,
  ...codecScenarios,
  ...bundleScenarios,
  ...processesScenarios,
  ...observedScenarios,
];
