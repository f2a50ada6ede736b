// How a client takes an answer to its offer of permessage-deflate that is wrong, or to none at all.

import { notOpened } from './client-verdicts.ts';
import { clientHandshake, type Unnumbered } from './family.ts';

/** None of these may come back, whatever was offered. */
const WRONG: readonly (readonly [what: string, answer: string])[] = [
  ['an unknown parameter', 'permessage-deflate; level=9'],
  ['a parameter named __proto__', 'permessage-deflate; __proto__=1'],
  ['server_no_context_takeover twice', 'permessage-deflate; server_no_context_takeover; server_no_context_takeover'],
  ['server_no_context_takeover with a value', 'permessage-deflate; server_no_context_takeover=1'],
  ['client_no_context_takeover with a value', 'permessage-deflate; client_no_context_takeover=true'],
  ['server_max_window_bits without a value', 'permessage-deflate; server_max_window_bits'],
  ['client_max_window_bits without a value', 'permessage-deflate; client_max_window_bits'],
  ...['7', '16', '08', 'x'].flatMap((bits) => [
    [`server_max_window_bits=${bits}`, `permessage-deflate; server_max_window_bits=${bits}`] as const,
    [`client_max_window_bits=${bits}`, `permessage-deflate; client_max_window_bits=${bits}`] as const,
  ]),
  ['permessage-deflate twice', 'permessage-deflate, permessage-deflate'],
];

export const deflateAnswers: readonly Unnumbered[] = [
  ...WRONG.map(([what, answer]) =>
    clientHandshake({
      title: `An answer of permessage-deflate with ${what}`,
      expectation: 'The client fails the connection: it sends nothing, and closes TCP.',
      rfc: '7692 7.1',
      async run(wire) {
        await notOpened(wire, { fields: { 'Sec-WebSocket-Extensions': answer } });
      },
    }),
  ),
  clientHandshake({
    title: 'The client’s own offers of permessage-deflate',
    expectation: 'The client offers only parameters that are defined, once each, with valid values, or offers nothing.',
    rfc: '7692 7.1',
    async run(wire) {
      wire.deflateOffers();
      await wire.open().finish();
    },
  }),
  clientHandshake({
    title: 'An answer without permessage-deflate',
    expectation: 'The client takes it that its offer, if it made one, was declined, and sends nothing compressed.',
    rfc: '7692 5.1',
    async run(wire) {
      const peer = wire.open();
      peer.text('Hello, hello, hello!'.repeat(200));
      await peer.expectText('Hello, hello, hello!'.repeat(200));
      await peer.finish();
    },
  }),
];
