// How a server answers offers of permessage-deflate. It must decline one that is wrong (RFC 7692, section 7.1), which means to open
// the connection without it; nobody forces it to accept one that is right.

import type { DeflateNeed } from '../../case.ts';
import type { DeflateParameters } from '../../wire/deflate-parameters.ts';
import { serverHandshake, type Unnumbered } from './family.ts';

const OFFER = 'permessage-deflate';

const WRONG: readonly (readonly [what: string, parameters: string])[] = [
  ['server_no_context_takeover twice', 'server_no_context_takeover; server_no_context_takeover'],
  ['client_no_context_takeover twice', 'client_no_context_takeover; client_no_context_takeover'],
  ['server_max_window_bits twice', 'server_max_window_bits=10; server_max_window_bits=10'],
  ['client_max_window_bits twice', 'client_max_window_bits; client_max_window_bits=12'],
  ['an unknown parameter', 'level'],
  ['an unknown parameter with a value', 'memory_level=9'],
  ['a parameter named constructor', 'constructor'],
  ['a parameter named __proto__', '__proto__=1'],
  ['server_no_context_takeover with a value', 'server_no_context_takeover=true'],
  ['client_no_context_takeover with a value', 'client_no_context_takeover=1'],
  ['server_max_window_bits without a value', 'server_max_window_bits'],
  ...['7', '16', '0', '08', '015', '100', 'ten', '-8'].map(
    (value) => [`server_max_window_bits=${value}`, `server_max_window_bits=${value}`] as const,
  ),
  ...['7', '16', '09', 'x'].map(
    (value) => [`client_max_window_bits=${value}`, `client_max_window_bits=${value}`] as const,
  ),
];

function declined([what, parameters]: (typeof WRONG)[number]): Unnumbered {
  return serverHandshake({
    title: `An offer of permessage-deflate with ${what}`,
    expectation: 'The server declines the offer: it opens the connection without an extension, and echoes.',
    rfc: '7692 7.1',
    async run(wire) {
      wire.sendRequest({ fields: { 'Sec-WebSocket-Extensions': `${OFFER}; ${parameters}` } });
      const peer = await wire.expectUpgrade();
      peer.text('Hello');
      await peer.expectText('Hello');
      await peer.finish();
    },
  });
}

/** A message goes both ways as agreed on: `wanted` is what the answer is held to. */
function answered(title: string, value: string | readonly string[], wanted: readonly DeflateParameters[]): Unnumbered {
  return serverHandshake({
    title,
    expectation:
      'The server accepts only what was offered and as it was offered, or declines, which makes the case not supported.',
    rfc: '7692 5.1',
    async run(wire) {
      wire.sendRequest({ fields: { 'Sec-WebSocket-Extensions': value } });
      const need: DeflateNeed = { offers: wanted, answers: [] };
      const peer = await wire.expectUpgrade({ deflate: need });
      for (const payload of ['Hello', 'Hello', 'Hello, hello, hello!'.repeat(50)]) {
        peer.message(payload);
        await peer.expectText(payload);
      }
      await peer.finish();
    },
  });
}

const NO_TAKEOVER: DeflateParameters = { serverNoContextTakeover: true };

export const deflateOffers: readonly Unnumbered[] = [
  ...WRONG.map(declined),
  answered('A plain offer', OFFER, [{}]),
  answered(
    'An offer whose name and parameters have spaces and tabs around them',
    `  ${OFFER} ;\t client_max_window_bits  `,
    [{ clientMaxWindowBits: true }],
  ),
  answered('An offer with server_no_context_takeover', `${OFFER}; server_no_context_takeover`, [NO_TAKEOVER]),
  answered('An offer with client_no_context_takeover', `${OFFER}; client_no_context_takeover`, [
    { clientNoContextTakeover: true },
  ]),
  answered('An offer with server_max_window_bits=10', `${OFFER}; server_max_window_bits=10`, [
    { serverMaxWindowBits: 10 },
  ]),
  answered('An offer with server_max_window_bits="10", quoted', `${OFFER}; server_max_window_bits="10"`, [
    { serverMaxWindowBits: 10 },
  ]),
  answered('An offer with client_max_window_bits without a value', `${OFFER}; client_max_window_bits`, [
    { clientMaxWindowBits: true },
  ]),
  answered('An offer with client_max_window_bits=10', `${OFFER}; client_max_window_bits=10`, [
    { clientMaxWindowBits: 10 },
  ]),
  answered(
    'An offer with all four parameters',
    `${OFFER}; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=11`,
    [
      {
        serverNoContextTakeover: true,
        clientNoContextTakeover: true,
        serverMaxWindowBits: 12,
        clientMaxWindowBits: 11,
      },
    ],
  ),
  answered('A wrong offer, then a plain one', `${OFFER}; server_max_window_bits=7, ${OFFER}`, [{}]),
  answered(
    'An offer with an unknown parameter, then one with server_no_context_takeover',
    `${OFFER}; future=1, ${OFFER}; server_no_context_takeover`,
    [NO_TAKEOVER],
  ),
  answered('Two offers, the first with server_max_window_bits=9', `${OFFER}; server_max_window_bits=9, ${OFFER}`, [
    { serverMaxWindowBits: 9 },
    {},
  ]),
  answered('An unknown extension, then a plain offer', `x-webkit-deflate-frame; a="b", ${OFFER}`, [{}]),
  answered('Offers in two lines of the field', ['x-unknown', `${OFFER}; server_no_context_takeover`], [NO_TAKEOVER]),
];
