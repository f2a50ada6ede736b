// Every case, by section. A section file adds one import and one line here.

import type { Section } from './case.ts';
import { section1 } from './cases/section-1.ts';
import { section2 } from './cases/section-2.ts';

export const catalogue: readonly Section[] = [section1, section2];
