// Echo servers, each with the same load.

import type { Scenario } from '../define-scenario.ts';

export const echoScenarios: readonly Scenario[] = [];
