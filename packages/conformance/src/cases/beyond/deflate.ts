// Section deflate: what the classic sections 12 and 13 do not reach of RFC 7692.

import type { Section } from '../../case.ts';
import { deflateAnswers } from './deflate-answers.ts';
import { deflateData } from './deflate-data.ts';
import { deflateFlow } from './deflate-flow.ts';
import { deflateOffers } from './deflate-offers.ts';
import { family } from './family.ts';

export const deflate: Section = {
  id: 'deflate',
  title: 'permessage-deflate beyond the classic suite',
  cases: [
    ...family('deflate.1', deflateData),
    ...family('deflate.2', deflateFlow),
    ...family('deflate.3', deflateOffers),
    ...family('deflate.4', deflateAnswers),
  ],
};
