// Section 13: permessage-deflate with different parameters. A server is asked to limit itself, and a client is told to.

import type { DeflateNeed, Section } from '../case.ts';
import type { DeflateParameters } from '../wire/deflate-parameters.ts';
import { compressedEchoes } from './compressed-echo.ts';

/** What is demanded of the endpoint under test: no context takeover, and a window. */
interface Demand {
  readonly noContextTakeover?: boolean;
  /** No demand if left out. */
  readonly windowBits?: number;
}

/** The demands of each subsection, the most wanted first. */
const DEMANDS: readonly (readonly Demand[])[] = [
  [{}],
  [{ noContextTakeover: true }],
  [{ windowBits: 9 }],
  [{ windowBits: 15 }],
  [{ noContextTakeover: true, windowBits: 9 }],
  [{ noContextTakeover: true, windowBits: 15 }],
  [{ noContextTakeover: true, windowBits: 9 }, { noContextTakeover: true }, {}],
];

export const section13: Section = {
  id: '13',
  title: 'Compression with different parameters',
  cases: DEMANDS.flatMap((demands, index) =>
    compressedEchoes({
      id: `13.${index + 1}`,
      kind: 'json',
      name: 'a large JSON document',
      need: needFor(demands),
      negotiation: `demanding ${demands.map(describe).join(', or else ')}`,
    }),
  ),
};

function needFor(demands: readonly Demand[]): DeflateNeed {
  return { offers: demands.map(offerOf), answers: demands.map(answerOf), grants: true };
}

/** Where the server is not to take its context over, the tester says that it does not either, and keeps to it (RFC 7692, section 7.1.1.2). */
function offerOf({ noContextTakeover, windowBits }: Demand): DeflateParameters {
  return {
    ...(noContextTakeover ? { serverNoContextTakeover: true, clientNoContextTakeover: true } : {}),
    ...(windowBits === undefined ? {} : { serverMaxWindowBits: windowBits }),
    clientMaxWindowBits: true,
  };
}

/** A client cannot refuse to forget its context, but it must have said that it can limit its window (section 7.1.2.2). */
function answerOf({ noContextTakeover, windowBits }: Demand): DeflateParameters {
  return {
    ...(noContextTakeover ? { clientNoContextTakeover: true } : {}),
    ...(windowBits === undefined ? {} : { clientMaxWindowBits: windowBits }),
  };
}

function describe({ noContextTakeover, windowBits }: Demand): string {
  const parts = [
    ...(noContextTakeover ? ['no context takeover'] : []),
    ...(windowBits === undefined ? [] : [`a window of ${windowBits} bits`]),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(' and ');
}
