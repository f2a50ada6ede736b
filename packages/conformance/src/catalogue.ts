// Every case, by section. A section file adds one import and one line here.

import type { Case, Section } from './case.ts';
import { clientHandshakes } from './cases/beyond/client-handshake.ts';
import { closing } from './cases/beyond/closing.ts';
import { deflate } from './cases/beyond/deflate.ts';
import { framing } from './cases/beyond/framing.ts';
import { serverHandshakes } from './cases/beyond/server-handshake.ts';
import { section1 } from './cases/section-1.ts';
import { section2 } from './cases/section-2.ts';
import { section3 } from './cases/section-3.ts';
import { section4 } from './cases/section-4.ts';
import { section5 } from './cases/section-5.ts';
import { section6 } from './cases/section-6.ts';
import { section7 } from './cases/section-7.ts';
import { section9 } from './cases/section-9.ts';
import { section10 } from './cases/section-10.ts';
import { section12 } from './cases/section-12.ts';
import { section13 } from './cases/section-13.ts';

export const catalogue: readonly Section[] = [
  section1,
  section2,
  section3,
  section4,
  section5,
  section6,
  section7,
  section9,
  section10,
  section12,
  section13,
  framing,
  deflate,
  closing,
  serverHandshakes,
  clientHandshakes,
];

/** The cases that judge this kind of endpoint: of `cases`, or of the whole catalogue. */
export function casesFor(endpoint: 'server' | 'client', cases: readonly Case[] = allCases()): Case[] {
  return cases.filter((one) => one.endpoint === 'both' || one.endpoint === endpoint);
}

function allCases(): Case[] {
  return catalogue.flatMap((section) => section.cases);
}
