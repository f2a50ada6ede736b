// Every soak, in the order in which they are prepared and told.

import type { Soak } from '../soak-context.ts';
import { churn } from './churn.ts';
import { fairness } from './fairness.ts';
import { idle } from './idle.ts';
import { stalled } from './stalled.ts';
import { traffic } from './traffic.ts';

export const SOAKS: readonly Soak[] = [idle, traffic, churn, fairness, stalled];
