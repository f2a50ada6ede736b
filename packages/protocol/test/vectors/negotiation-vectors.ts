// permessage-deflate in opening handshakes (RFC 7692, section 7.1), as it stands on the wire: what a server answers to offers, what a client
// offers, and what it makes of answers. Plain data, so that any runtime can replay it.

import type { DeflateParameters, DeflatePolicy } from '../../src/index.ts';

/** What both sides agree on, where it is not the default of the RFC: context takeover both ways, and windows of 15 bits. */
type Agreed = Partial<DeflateParameters>;

/** Offers, and what a server with this policy answers. */
export interface OfferVector {
  readonly name: string;
  readonly policy: DeflatePolicy;
  /** The values of Sec-WebSocket-Extensions in the request, each in a line of its own. */
  readonly offers: readonly string[];
  /** The value in the response, and its meaning; or nothing is agreed on; or the request is refused. */
  readonly outcome: { readonly answer: string; readonly agreed: Agreed } | 'declined' | 'EXTENSIONS_INVALID';
}

/** An answer, and what a client with this policy makes of it. */
export interface AnswerVector {
  readonly name: string;
  readonly policy: DeflatePolicy;
  /** The value of Sec-WebSocket-Extensions in the request. */
  readonly offer: string;
  /** The values in the response, each in a line of its own. */
  readonly answers: readonly string[];
  readonly outcome: { readonly agreed: Agreed } | 'declined' | 'EXTENSION_UNREQUESTED' | 'EXTENSIONS_INVALID';
}

/** A policy that leaves everything to the other side. */
const OPEN: DeflatePolicy = { serverNoContextTakeover: false, clientNoContextTakeover: false };
/** The default: no context takeover. */
const DEFAULT: DeflatePolicy = {};
const NO_TAKEOVER: Agreed = { serverNoContextTakeover: true, clientNoContextTakeover: true };

const PMD = 'permessage-deflate';
const FRUGAL = `${PMD}; server_no_context_takeover; client_no_context_takeover`;
const ALL_BITS: readonly number[] = [8, 9, 10, 11, 12, 13, 14, 15];

function offer(
  name: string,
  offers: string | readonly string[],
  answer: string,
  agreed: Agreed = {},
  policy: DeflatePolicy = OPEN,
): OfferVector {
  return { name, policy, offers: [offers].flat(), outcome: { answer, agreed } };
}

function refusedOffer(
  name: string,
  offers: string | readonly string[],
  outcome: 'declined' | 'EXTENSIONS_INVALID' = 'declined',
  policy: DeflatePolicy = OPEN,
): OfferVector {
  return { name, policy, offers: [offers].flat(), outcome };
}

const SMALL_SERVER: DeflatePolicy = { ...OPEN, serverMaxWindowBits: 10 };
const SMALL_CLIENT: DeflatePolicy = { ...OPEN, clientMaxWindowBits: 10 };

/** The examples of RFC 7692, section 7.1.3. */
const offersOfRfc: readonly OfferVector[] = [
  offer('RFC 7692 7.1.3: the simplest offer', PMD, PMD),
  refusedOffer(
    'RFC 7692 7.1.3: the simplest offer, to a server that must limit the client',
    PMD,
    'declined',
    SMALL_CLIENT,
  ),
  offer(
    'RFC 7692 7.1.3: a window of 1,024 bytes, and a client that can be limited',
    `${PMD}; client_max_window_bits; server_max_window_bits=10`,
    `${PMD}; server_max_window_bits=10`,
    { serverMaxWindowBits: 10 },
  ),
  offer(
    'RFC 7692 7.1.3: the same with a fallback, of which the first is taken',
    `${PMD}; client_max_window_bits; server_max_window_bits=10, ${PMD}; client_max_window_bits`,
    `${PMD}; server_max_window_bits=10`,
    { serverMaxWindowBits: 10 },
  ),
  offer(
    'RFC 7692 7.1.3: the fallback is taken where the first offer cannot be',
    `${PMD}; client_max_window_bits; server_max_window_bits=7, ${PMD}; client_max_window_bits`,
    PMD,
  ),
];

/** What the clients of our interop tests send, caught on the wire. */
const CLIENTS: readonly (readonly [names: string, offers: string])[] = [
  ['Chromium', `${PMD}; client_max_window_bits`],
  ['Firefox', PMD],
  ['ws, faye-websocket, undici, Node, Bun', `${PMD}; client_max_window_bits`],
  ['websockets and aiohttp of Python', `${PMD}; client_max_window_bits`],
  ['wsproto of Python', `${PMD}; client_max_window_bits=15; server_max_window_bits=15`],
  ['libwebsockets', `${PMD}; client_no_context_takeover; client_max_window_bits`],
  ['gorilla/websocket', FRUGAL],
  ['Safari before 10', `x-webkit-deflate-frame, ${PMD}`],
];

const offersOfClients: readonly OfferVector[] = CLIENTS.flatMap(([names, offers]) => {
  // A window that is asked for is granted by name, also the largest.
  const bits = offers.includes('server_max_window_bits') ? '; server_max_window_bits=15' : '';
  const limited = `; server_max_window_bits=10${offers.includes('client_max_window_bits') ? '; client_max_window_bits=9' : ''}`;
  const small = { ...DEFAULT, serverMaxWindowBits: 10, clientMaxWindowBits: 9 };
  return [
    offer(`the offer of ${names}`, offers, `${FRUGAL}${bits}`, NO_TAKEOVER, DEFAULT),
    offers.includes('client_max_window_bits')
      ? offer(
          `the offer of ${names}, windows limited`,
          offers,
          `${FRUGAL}${limited}`,
          { ...NO_TAKEOVER, serverMaxWindowBits: 10, clientMaxWindowBits: 9 },
          small,
        )
      : refusedOffer(`the offer of ${names}, windows limited`, offers, 'declined', small),
  ];
});

/** Parameters that must not stand in an offer or in an answer (RFC 7692, section 7.1): unknown, doubled, or with a value that is wrong. */
const MALFORMED: readonly string[] = [
  'unknown',
  'unknown=1',
  'x-webkit-max-window-bits=15',
  'Server_No_Context_Takeover',
  '__proto__',
  'constructor=1',
  'server_no_context_takeover=true',
  'server_no_context_takeover=15',
  'client_no_context_takeover=1',
  'server_no_context_takeover; server_no_context_takeover',
  'client_no_context_takeover; client_no_context_takeover',
  'server_max_window_bits',
  'server_max_window_bits=10; server_max_window_bits=10',
  'server_max_window_bits=10; server_max_window_bits=11',
  'client_max_window_bits=10; client_max_window_bits=10',
  'client_max_window_bits=10; client_max_window_bits',
  'client_max_window_bits; client_max_window_bits',
  ...['0', '7', '16', '08', '010', '015', '8.0', '+8', '-8', '1e1', '0x8', 'x', '100', '"7"', '"08"'].flatMap(
    (bits) => [`server_max_window_bits=${bits}`, `client_max_window_bits=${bits}`],
  ),
];

/** What breaks the grammar of extensions (RFC 6455, section 9.1): no list of offers at all. */
const UNGRAMMATICAL: readonly string[] = [
  '',
  ',',
  `${PMD};`,
  `${PMD}; =10`,
  `${PMD}; server_max_window_bits=`,
  `${PMD}; server_max_window_bits=""`,
  `${PMD}; server_max_window_bits="1 0"`,
  `${PMD}; server_max_window_bits="10`,
  `${PMD} server_max_window_bits=10`,
  `"${PMD}"`,
];

const offersByRule: readonly OfferVector[] = [
  offer('the default, unasked', PMD, FRUGAL, NO_TAKEOVER, DEFAULT),
  offer(
    'no context takeover of the server, where it is asked for',
    `${PMD}; server_no_context_takeover`,
    `${PMD}; server_no_context_takeover`,
    {
      serverNoContextTakeover: true,
    },
  ),
  offer(
    'no context takeover of the client, where it hints so',
    `${PMD}; client_no_context_takeover`,
    `${PMD}; client_no_context_takeover`,
    {
      clientNoContextTakeover: true,
    },
  ),
  offer(
    'all four',
    `${FRUGAL}; server_max_window_bits=9; client_max_window_bits=8`,
    `${FRUGAL}; server_max_window_bits=9; client_max_window_bits=8`,
    {
      ...NO_TAKEOVER,
      serverMaxWindowBits: 9,
      clientMaxWindowBits: 8,
    },
  ),
  offer(
    'all four in another order',
    `${PMD}; client_max_window_bits=8; server_max_window_bits=9; client_no_context_takeover; server_no_context_takeover`,
    `${FRUGAL}; server_max_window_bits=9; client_max_window_bits=8`,
    {
      ...NO_TAKEOVER,
      serverMaxWindowBits: 9,
      clientMaxWindowBits: 8,
    },
  ),
  offer('a value in quotes', `${PMD}; server_max_window_bits="10"`, `${PMD}; server_max_window_bits=10`, {
    serverMaxWindowBits: 10,
  }),
  offer(
    'a value in quotes with escapes',
    `${PMD}; server_max_window_bits="\\1\\0"`,
    `${PMD}; server_max_window_bits=10`,
    { serverMaxWindowBits: 10 },
  ),
  offer(
    'spaces and tabs wherever they may stand',
    ` \t${PMD} ;\tserver_max_window_bits = 10\t, `,
    `${PMD}; server_max_window_bits=10`,
    { serverMaxWindowBits: 10 },
  ),
  offer('no spaces', `${PMD};server_max_window_bits=10;client_max_window_bits`, `${PMD}; server_max_window_bits=10`, {
    serverMaxWindowBits: 10,
  }),
  offer('other extensions around it', `permessage-foo; x=10, ${PMD}, permessage-bar`, PMD),
  offer(
    'offers in two lines, the first of which is taken',
    [`${PMD}; server_max_window_bits=9`, PMD],
    `${PMD}; server_max_window_bits=9`,
    { serverMaxWindowBits: 9 },
  ),
  offer('offers in two lines, the second of which is taken', [`${PMD}; unknown`, PMD], PMD),
  refusedOffer('another extension only', 'permessage-bzip2'),
  offer(
    'a smaller window of the server than was asked for',
    `${PMD}; server_max_window_bits=12`,
    `${PMD}; server_max_window_bits=10`,
    { serverMaxWindowBits: 10 },
    SMALL_SERVER,
  ),
  offer(
    'no smaller window of the server than its own, unless asked for',
    `${PMD}; server_max_window_bits=9`,
    `${PMD}; server_max_window_bits=9`,
    { serverMaxWindowBits: 9 },
    SMALL_SERVER,
  ),
  offer(
    'a smaller window of the client than it names',
    `${PMD}; client_max_window_bits=12`,
    `${PMD}; client_max_window_bits=10`,
    { clientMaxWindowBits: 10 },
    SMALL_CLIENT,
  ),
  offer(
    'no larger window of the client than it names',
    `${PMD}; client_max_window_bits=9`,
    `${PMD}; client_max_window_bits=9`,
    { clientMaxWindowBits: 9 },
    SMALL_CLIENT,
  ),
  offer(
    'the fallback of a client that cannot be limited in its first offer',
    `${PMD}, ${PMD}; client_max_window_bits`,
    `${PMD}; client_max_window_bits=10`,
    { clientMaxWindowBits: 10 },
    SMALL_CLIENT,
  ),
  ...ALL_BITS.flatMap((bits) => {
    const clientAnswer = bits < 15 ? `; client_max_window_bits=${bits}` : '';
    const serverAnswer = bits < 15 ? `; server_max_window_bits=${bits}` : '';
    return [
      offer(
        `a window of the server of ${bits} bits, asked for`,
        `${PMD}; server_max_window_bits=${bits}`,
        `${PMD}; server_max_window_bits=${bits}`,
        { serverMaxWindowBits: bits },
      ),
      offer(
        `a window of the server of ${bits} bits, unasked`,
        PMD,
        `${PMD}${serverAnswer}`,
        { serverMaxWindowBits: bits },
        { ...OPEN, serverMaxWindowBits: bits },
      ),
      offer(
        `a window of the client of ${bits} bits, which it names`,
        `${PMD}; client_max_window_bits=${bits}`,
        `${PMD}${clientAnswer}`,
        { clientMaxWindowBits: bits },
      ),
      offer(
        `a window of the client of ${bits} bits, which the server demands`,
        `${PMD}; client_max_window_bits`,
        `${PMD}${clientAnswer}`,
        { clientMaxWindowBits: bits },
        { ...OPEN, clientMaxWindowBits: bits },
      ),
    ];
  }),
  ...MALFORMED.flatMap((params) => [
    refusedOffer(`${params}, which no offer may have`, `${PMD}; ${params}`),
    offer(
      `a fallback behind ${params}`,
      `${PMD}; ${params}, ${PMD}; server_no_context_takeover`,
      `${PMD}; server_no_context_takeover`,
      {
        serverNoContextTakeover: true,
      },
    ),
  ]),
  ...UNGRAMMATICAL.map((value) =>
    refusedOffer(`${JSON.stringify(value)}, which is no list of offers`, value, 'EXTENSIONS_INVALID'),
  ),
];

/** Every offer a server may get. */
export const OFFER_VECTORS: readonly OfferVector[] = [...offersOfRfc, ...offersOfClients, ...offersByRule];

const OFFERED_OPEN = `${PMD}; client_max_window_bits`;
const OFFERED_DEFAULT = `${FRUGAL}; client_max_window_bits`;

function answer(
  name: string,
  answers: string | readonly string[],
  outcome: Agreed | 'EXTENSION_UNREQUESTED' | 'EXTENSIONS_INVALID' = 'EXTENSION_UNREQUESTED',
  policy: DeflatePolicy = OPEN,
  offered: string = policy === DEFAULT ? OFFERED_DEFAULT : OFFERED_OPEN,
): AnswerVector {
  return {
    name,
    policy,
    offer: offered,
    answers: [answers].flat(),
    outcome: typeof outcome === 'string' ? outcome : { agreed: outcome },
  };
}

/** What the servers of our interop tests answered to these offers of ours, caught on the wire. */
const LIMITS: DeflatePolicy = { ...OPEN, serverMaxWindowBits: 10, clientMaxWindowBits: 11 };
const OFFERED_LIMITS = `${PMD}; server_max_window_bits=10; client_max_window_bits=11`;
const LIMITED: Agreed = { serverMaxWindowBits: 10, clientMaxWindowBits: 11 };
const REVERSED = `${PMD}; client_no_context_takeover; server_no_context_takeover`;

const answersOfServers: readonly AnswerVector[] = [
  answer('the answer of ws, faye-websocket, aiohttp and libwebsockets', PMD, {}),
  answer('the answer of ws, faye-websocket, libwebsockets and gorilla/websocket', FRUGAL, NO_TAKEOVER, DEFAULT),
  answer('the answer of Bun and uWebSockets', REVERSED, NO_TAKEOVER, DEFAULT),
  answer('the answer of Bun, uWebSockets and gorilla/websocket, unasked', REVERSED, NO_TAKEOVER),
  answer('the answer of websockets of Python', `${PMD}; server_max_window_bits=12; client_max_window_bits=12`, {
    serverMaxWindowBits: 12,
    clientMaxWindowBits: 12,
  }),
  answer(
    'the answer of aiohttp, which gives no hint back',
    `${PMD}; server_no_context_takeover`,
    { serverNoContextTakeover: true },
    DEFAULT,
  ),
  answer('the answer of wsproto of Python', `${REVERSED}; client_max_window_bits=15`, NO_TAKEOVER, DEFAULT),
  answer('the answer of ws, faye-websocket and websockets to limits', OFFERED_LIMITS, LIMITED, LIMITS, OFFERED_LIMITS),
  answer(
    'the answer of wsproto to limits',
    `${PMD}; client_max_window_bits=11; server_max_window_bits=10`,
    LIMITED,
    LIMITS,
    OFFERED_LIMITS,
  ),
  answer(
    'the answer of aiohttp to limits',
    `${PMD}; server_max_window_bits=10`,
    { serverMaxWindowBits: 10 },
    LIMITS,
    OFFERED_LIMITS,
  ),
  // These take the offer without granting the window it asks for, where they would have to decline it (RFC 7692, section 7.1.2.1).
  answer('the answer of libwebsockets to limits', PMD, 'EXTENSION_UNREQUESTED', LIMITS, OFFERED_LIMITS),
  answer(
    'the answer of gorilla/websocket and uWebSockets to limits',
    FRUGAL,
    'EXTENSION_UNREQUESTED',
    LIMITS,
    OFFERED_LIMITS,
  ),
];

const answersByRule: readonly AnswerVector[] = [
  { name: 'an offer that is declined', policy: DEFAULT, offer: OFFERED_DEFAULT, answers: [], outcome: 'declined' },
  answer('RFC 7692 7.1.3: the simplest answer', PMD, {}),
  answer(
    'RFC 7692 7.1.3: the answer to the first of two offers',
    `${PMD}; server_max_window_bits=10`,
    { serverMaxWindowBits: 10 },
    { ...OPEN, serverMaxWindowBits: 10 },
    `${PMD}; server_max_window_bits=10; client_max_window_bits`,
  ),
  answer('no context takeover of the server, asked for and not granted', PMD, 'EXTENSION_UNREQUESTED', DEFAULT),
  answer(
    'no context takeover of the client only',
    `${PMD}; client_no_context_takeover`,
    'EXTENSION_UNREQUESTED',
    DEFAULT,
  ),
  answer('a value in quotes', `${PMD}; server_max_window_bits="10"`, { serverMaxWindowBits: 10 }),
  answer('the extension twice', `${PMD}, ${PMD}`),
  answer('the extension twice, in two lines', [PMD, PMD]),
  answer('another extension', 'permessage-bzip2'),
  answer('another extension beside it', `${PMD}, x-webkit-deflate-frame`),
  answer('a window of the client without a value', `${PMD}; client_max_window_bits`),
  ...ALL_BITS.flatMap((bits) => {
    const server: DeflatePolicy = { ...OPEN, serverMaxWindowBits: bits };
    const client: DeflatePolicy = { ...OPEN, clientMaxWindowBits: bits };
    const offeredServer = `${PMD}${bits < 15 ? `; server_max_window_bits=${bits}` : ''}; client_max_window_bits`;
    const offeredClient = `${PMD}; client_max_window_bits${bits < 15 ? `=${bits}` : ''}`;
    return ALL_BITS.flatMap((answered) => [
      answer(
        `a window of the server of ${answered} bits, at most ${bits} offered`,
        `${PMD}; server_max_window_bits=${answered}`,
        answered <= bits ? { serverMaxWindowBits: answered } : 'EXTENSION_UNREQUESTED',
        server,
        offeredServer,
      ),
      answer(
        `a window of the client of ${answered} bits, at most ${bits} offered`,
        `${PMD}; client_max_window_bits=${answered}`,
        answered <= bits ? { clientMaxWindowBits: answered } : 'EXTENSION_UNREQUESTED',
        client,
        offeredClient,
      ),
    ]);
  }),
  ...MALFORMED.map((params) => answer(`${params}, which no answer may have`, `${PMD}; ${params}`)),
  ...UNGRAMMATICAL.map((value) => answer(`${JSON.stringify(value)}, which is no list`, value, 'EXTENSIONS_INVALID')),
];

/** Every answer a client may get. */
export const ANSWER_VECTORS: readonly AnswerVector[] = [...answersOfServers, ...answersByRule];
