import { describe, expect, it } from 'vitest';
import type { FramesCase } from '../../src/case.ts';
import { type DeflateParameters, formatDeflate } from '../../src/wire/deflate-parameters.ts';
import type { EchoFault } from '../support/echo-endpoint.ts';
import {
  caseOf,
  failures,
  judgeClient,
  judgeServer,
  reportOnClient,
  reportOnServer,
  sectionCases,
} from '../support/judge.ts';

const CASES = sectionCases('13') as readonly FramesCase[];
const OFFER = 'permessage-deflate; client_max_window_bits';
const NO_TAKEOVER = 'server_no_context_takeover; client_no_context_takeover';

/** What is offered to a server, what a client is answered, and what a server may answer. */
const NEGOTIATIONS: readonly (readonly [id: string, offers: string[], answers: string[], server: DeflateParameters])[] =
  [
    ['13.1', [OFFER], ['permessage-deflate'], {}],
    [
      '13.2',
      [`permessage-deflate; ${NO_TAKEOVER}; client_max_window_bits`],
      ['permessage-deflate; client_no_context_takeover'],
      { serverNoContextTakeover: true },
    ],
    [
      '13.3',
      ['permessage-deflate; server_max_window_bits=9; client_max_window_bits'],
      ['permessage-deflate; client_max_window_bits=9'],
      { serverMaxWindowBits: 9, clientMaxWindowBits: 9 },
    ],
    [
      '13.4',
      ['permessage-deflate; server_max_window_bits=15; client_max_window_bits'],
      ['permessage-deflate; client_max_window_bits=15'],
      { serverMaxWindowBits: 15 },
    ],
    [
      '13.5',
      [`permessage-deflate; ${NO_TAKEOVER}; server_max_window_bits=9; client_max_window_bits`],
      ['permessage-deflate; client_no_context_takeover; client_max_window_bits=9'],
      { serverNoContextTakeover: true, serverMaxWindowBits: 8 },
    ],
    [
      '13.6',
      [`permessage-deflate; ${NO_TAKEOVER}; server_max_window_bits=15; client_max_window_bits`],
      ['permessage-deflate; client_no_context_takeover; client_max_window_bits=15'],
      { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 12 },
    ],
    [
      '13.7',
      [
        `permessage-deflate; ${NO_TAKEOVER}; server_max_window_bits=9; client_max_window_bits`,
        `permessage-deflate; ${NO_TAKEOVER}; client_max_window_bits`,
        OFFER,
      ],
      [
        'permessage-deflate; client_no_context_takeover; client_max_window_bits=9',
        'permessage-deflate; client_no_context_takeover',
        'permessage-deflate',
      ],
      {},
    ],
  ];

const CAUGHT: readonly (readonly [fault: EchoFault, id: string, deflate: DeflateParameters, failure: RegExp])[] = [
  [
    'keeps the context',
    '13.2.5',
    { serverNoContextTakeover: true },
    /cannot be inflated \(.*distance too far back\) \(RFC 7692/,
  ],
  [
    'exceeds the window',
    '13.3.5',
    { serverMaxWindowBits: 9 },
    /distance too far back: \d+ octets, and the window has 512\)/,
  ],
  [
    'exceeds the window',
    '13.5.7',
    { serverNoContextTakeover: true, serverMaxWindowBits: 8 },
    /distance too far back: \d+ octets, and the window has 256\)/,
  ],
  [
    'sets rsv1 on continuations',
    '13.4.5',
    { serverMaxWindowBits: 15 },
    /a frame of opcode 0 with the reserved bits RSV1/,
  ],
  [
    'forgets the third message',
    '13.6.1',
    { serverNoContextTakeover: true, serverMaxWindowBits: 15 },
    /received a text message/,
  ],
  ['changes the third message', '13.7.10', {}, /different from octet 65536 on\.$/],
];

describe('section 13', () => {
  it.each(NEGOTIATIONS)(
    'negotiates %s as the classic suite, and keeps to what it says of itself',
    (id, offers, answers) => {
      const own = CASES.filter((one) => one.id.startsWith(`${id}.`));
      expect(own).toHaveLength(18);
      for (const { deflate } of own) {
        expect(deflate?.offers.map(formatDeflate)).toEqual(offers);
        expect(deflate?.answers.map(formatDeflate)).toEqual(answers);
      }
    },
  );

  it.each(NEGOTIATIONS)(
    'passes a server and a client that do everything right in %s',
    async (id, _offers, _answers, deflate) => {
      const own = CASES.filter((one) => one.id.startsWith(`${id}.`));
      const light = own.filter(({ heavy }) => heavy !== true);
      expect(failures(await reportOnServer([...light, caseOf(`${id}.10`), caseOf(`${id}.17`)], { deflate }))).toEqual(
        [],
      );
      expect(failures(await reportOnClient(light, { offer: OFFER }))).toEqual([]);
    },
    30_000,
  );

  it('never passes who declines', async () => {
    expect((await reportOnServer(CASES)).totals).toEqual({ pass: 0, fail: 0, 'not supported': 126 });
  }, 30_000);

  it('says what a client did not offer that a case needs', async () => {
    const offer = 'permessage-deflate';
    expect(await judgeClient(caseOf('13.3.1'), { offer })).toMatchObject({
      outcome: 'not supported',
      failure:
        "The client's offer does not allow “permessage-deflate; client_max_window_bits=9”: that would be client_max_window_bits, which was not offered.",
    });
    // No client may refuse to forget its context, and the last fallback needs nothing.
    expect(await judgeClient(caseOf('13.2.1'), { offer })).toMatchObject({ outcome: 'pass' });
    expect(await judgeClient(caseOf('13.7.1'), { offer })).toMatchObject({ outcome: 'pass' });
  });

  it.each(CAUGHT)('fails a server that %s in case %s', async (fault, id, deflate, failure) => {
    const result = await judgeServer(caseOf(id), { faults: [fault], deflate });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(failure);
  });

  it.each([
    ['13.2.1', 'permessage-deflate', 'no server_no_context_takeover, which was demanded'],
    ['13.3.1', 'permessage-deflate', 'no server_max_window_bits, which was demanded'],
    ['13.3.1', 'permessage-deflate; server_max_window_bits=10', 'a server_max_window_bits over the one demanded'],
    ['13.4.1', 'permessage-deflate; server_max_window_bits=16', 'server_max_window_bits with the value 16'],
    ['13.1.1', 'permessage-deflate; client_max_window_bits', 'client_max_window_bits with the value missing'],
    ['13.1.1', 'permessage-deflate, permessage-deflate', '“permessage-deflate, permessage-deflate”'],
  ])('fails a server that answers %s with “%s”', async (id, answer, fault) => {
    const result = await judgeServer(caseOf(id), { deflate: {}, fields: { 'Sec-WebSocket-Extensions': answer } });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toContain(`and received ${fault}.`);
  });

  it.each<readonly [fault: EchoFault, id: string]>([
    ['keeps the context', '13.2.5'],
    ['exceeds the window', '13.3.5'],
  ])('fails a client that %s in case %s', async (fault, id) => {
    const result = await judgeClient(caseOf(id), { faults: [fault], offer: OFFER });
    expect(result.outcome).toBe('fail');
    expect(result.failure).toMatch(/distance too far back/);
  });
});
