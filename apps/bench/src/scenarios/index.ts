// Every scenario, in the order in which they run.

import type { Scenario } from '../define-scenario.ts';
import { echoScenarios } from './echo.ts';

export const SCENARIOS: readonly Scenario[] = [...echoScenarios];
