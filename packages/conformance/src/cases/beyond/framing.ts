// Section framing: what the classic sections 1 to 5 do not reach.

import type { Section } from '../../case.ts';
import { family } from './family.ts';
import { fragmentation } from './framing-fragments.ts';
import { lengths } from './framing-lengths.ts';
import { masks } from './framing-masks.ts';
import { reserved } from './framing-reserved.ts';
import { transport } from './framing-transport.ts';

export const framing: Section = {
  id: 'framing',
  title: 'Framing beyond the classic suite',
  cases: [
    ...family('framing.1', masks),
    ...family('framing.2', lengths),
    ...family('framing.3', reserved),
    ...family('framing.4', fragmentation),
    ...family('framing.5', transport),
  ],
};
