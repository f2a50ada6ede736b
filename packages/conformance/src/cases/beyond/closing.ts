// Section closing: what the classic section 7 does not reach.

import type { Section } from '../../case.ts';
import { closeCodes } from './closing-codes.ts';
import { order } from './closing-order.ts';
import { family } from './family.ts';

export const closing: Section = {
  id: 'closing',
  title: 'Closing beyond the classic suite',
  cases: [...family('closing.1', closeCodes), ...family('closing.2', order)],
};
