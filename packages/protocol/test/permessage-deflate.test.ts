import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../src/errors.ts';
import { acceptOffers, confirmAnswer, formatOffers } from '../src/handshake/extensions.ts';
import { type ExtensionParams, formatExtensions, parseExtensions } from '../src/handshake/fields.ts';
import {
  agreedDeflate,
  type DeflatePolicy,
  permessageDeflateClient,
  permessageDeflateServer,
} from '../src/permessage-deflate.ts';

/** What a server with this policy answers to the value of a Sec-WebSocket-Extensions, or `''`. */
function answerTo(offers: string, policy: DeflatePolicy = {}): string {
  return formatExtensions(acceptOffers(parseExtensions([offers]) ?? [], [permessageDeflateServer(policy)]));
}

/** What a client with this policy offers. */
function offered(policy: DeflatePolicy = {}): string {
  return formatOffers([permessageDeflateClient(policy)]);
}

/** Whether a client with this policy takes the answer. */
function takes(answer: string, policy: DeflatePolicy = {}): boolean {
  return confirmAnswer(parseExtensions([answer]) ?? [], [permessageDeflateClient(policy)]) !== undefined;
}

function paramsOf(answer: string): ExtensionParams {
  return parseExtensions([answer])?.[0]?.params ?? [];
}

const TAKEOVER: DeflatePolicy = { serverNoContextTakeover: false, clientNoContextTakeover: false };
const FRUGAL = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

describe('permessageDeflateServer', () => {
  it.each([
    ['Chromium and undici', 'permessage-deflate; client_max_window_bits'],
    ['ws, Bun and Python websockets', 'permessage-deflate; client_max_window_bits'],
    ['Firefox and Safari', 'permessage-deflate'],
    ['Firefox before 60', 'permessage-deflate, x-webkit-deflate-frame'],
    ['Safari before 10', 'x-webkit-deflate-frame, permessage-deflate'],
  ])('takes the offer of %s', (_, offer) => {
    expect(answerTo(offer)).toBe(FRUGAL);
    expect(answerTo(offer, TAKEOVER)).toBe('permessage-deflate');
  });

  it('has no context taken over by default, and says so unasked', () => {
    expect(answerTo('permessage-deflate')).toBe(FRUGAL);
  });

  it('takes contexts over only where the client does not object', () => {
    const offer = 'permessage-deflate; server_no_context_takeover';
    expect(answerTo(offer, TAKEOVER)).toBe('permessage-deflate; server_no_context_takeover');
    expect(answerTo('permessage-deflate; client_no_context_takeover', TAKEOVER)).toBe(
      'permessage-deflate; client_no_context_takeover',
    );
    expect(answerTo('permessage-deflate', { serverNoContextTakeover: false })).toBe(
      'permessage-deflate; client_no_context_takeover',
    );
    expect(answerTo('permessage-deflate', { clientNoContextTakeover: false })).toBe(
      'permessage-deflate; server_no_context_takeover',
    );
  });

  it.each([
    [8, 'server_max_window_bits=8'],
    [9, 'server_max_window_bits=9'],
    [15, 'server_max_window_bits=15'],
  ])('grants the client a window of %d bits', (_, param) => {
    expect(answerTo(`permessage-deflate; ${param}`, TAKEOVER)).toBe(`permessage-deflate; ${param}`);
  });

  it('answers with its own window where that is smaller, and unasked', () => {
    const policy = { ...TAKEOVER, serverMaxWindowBits: 10 };
    expect(answerTo('permessage-deflate; server_max_window_bits=12', policy)).toBe(
      'permessage-deflate; server_max_window_bits=10',
    );
    expect(answerTo('permessage-deflate; server_max_window_bits=9', policy)).toBe(
      'permessage-deflate; server_max_window_bits=9',
    );
    expect(answerTo('permessage-deflate', policy)).toBe('permessage-deflate; server_max_window_bits=10');
  });

  it('limits the window of a client that can limit it, to no more than it offers', () => {
    const policy = { ...TAKEOVER, clientMaxWindowBits: 10 };
    expect(answerTo('permessage-deflate; client_max_window_bits', policy)).toBe(
      'permessage-deflate; client_max_window_bits=10',
    );
    expect(answerTo('permessage-deflate; client_max_window_bits=12', policy)).toBe(
      'permessage-deflate; client_max_window_bits=10',
    );
    expect(answerTo('permessage-deflate; client_max_window_bits=8', policy)).toBe(
      'permessage-deflate; client_max_window_bits=8',
    );
    expect(answerTo('permessage-deflate; client_max_window_bits=8', TAKEOVER)).toBe(
      'permessage-deflate; client_max_window_bits=8',
    );
  });

  it('declines a client that cannot limit its window as it must, and takes its fallback', () => {
    const policy = { clientMaxWindowBits: 10 };
    expect(answerTo('permessage-deflate', policy)).toBe('');
    expect(answerTo('permessage-deflate, permessage-deflate; client_max_window_bits', policy)).toBe(
      `${FRUGAL}; client_max_window_bits=10`,
    );
  });

  it('takes quoted values, as the grammar of extensions allows', () => {
    expect(answerTo('permessage-deflate; server_max_window_bits="10"', TAKEOVER)).toBe(
      'permessage-deflate; server_max_window_bits=10',
    );
  });

  const MALFORMED = [
    'unknown',
    'unknown=1',
    'Server_No_Context_Takeover',
    '__proto__',
    'server_no_context_takeover=true',
    'client_no_context_takeover=1',
    'server_no_context_takeover; server_no_context_takeover',
    'client_no_context_takeover; client_no_context_takeover',
    'server_max_window_bits',
    'server_max_window_bits=10; server_max_window_bits=10',
    'client_max_window_bits; client_max_window_bits',
    'client_max_window_bits=10; client_max_window_bits',
    ...['7', '16', '08', '010', '8.0', '+8', '-8', '1e1', '0x8', 'x', '100'].flatMap((bits) => [
      `server_max_window_bits=${bits}`,
      `client_max_window_bits=${bits}`,
    ]),
  ];
  it.each(MALFORMED)('declines %s, and takes the next offer', (params) => {
    expect(answerTo(`permessage-deflate; ${params}`)).toBe('');
    expect(answerTo(`permessage-deflate; ${params}, permessage-deflate`)).toBe(FRUGAL);
    expect(answerTo(`permessage-deflate; server_no_context_takeover; ${params}`)).toBe('');
  });

  it.each(MALFORMED)('has a client fail an answer with %s', (params) => {
    expect(takes(`${FRUGAL}; ${params}`, TAKEOVER)).toBe(false);
  });
});

describe('permessageDeflateClient', () => {
  it('asks for no context takeover by default, and says that its window can be limited', () => {
    expect(offered()).toBe(`${FRUGAL}; client_max_window_bits`);
  });

  it('offers what its policy says', () => {
    expect(offered(TAKEOVER)).toBe('permessage-deflate; client_max_window_bits');
    expect(offered({ ...TAKEOVER, serverMaxWindowBits: 9, clientMaxWindowBits: 8 })).toBe(
      'permessage-deflate; server_max_window_bits=9; client_max_window_bits=8',
    );
  });

  it.each<[string, string, DeflatePolicy]>([
    ['what it asked for', FRUGAL, {}],
    ['no hint of its own in return', 'permessage-deflate; server_no_context_takeover', {}],
    ['nothing asked, nothing said', 'permessage-deflate', TAKEOVER],
    ['no context takeover unasked', FRUGAL, TAKEOVER],
    ['a window of the server unasked', 'permessage-deflate; server_max_window_bits=15', TAKEOVER],
    [
      'the window it asked for',
      'permessage-deflate; server_max_window_bits=10',
      { ...TAKEOVER, serverMaxWindowBits: 10 },
    ],
    ['a smaller one', 'permessage-deflate; server_max_window_bits=8', { ...TAKEOVER, serverMaxWindowBits: 10 }],
    ['a limit of its own window', 'permessage-deflate; client_max_window_bits=8', TAKEOVER],
    [
      'the limit it named itself',
      'permessage-deflate; client_max_window_bits=10',
      { ...TAKEOVER, clientMaxWindowBits: 10 },
    ],
    ['no word of the limit it named itself', 'permessage-deflate', { ...TAKEOVER, clientMaxWindowBits: 10 }],
  ])('takes %s', (_, answer, policy) => {
    expect(takes(answer, policy)).toBe(true);
  });

  it.each<[string, string, DeflatePolicy]>([
    ['a server that takes its context over although asked not to', 'permessage-deflate', {}],
    ['no window although one was asked for', 'permessage-deflate', { ...TAKEOVER, serverMaxWindowBits: 10 }],
    [
      'a larger window than it asked for',
      'permessage-deflate; server_max_window_bits=11',
      { ...TAKEOVER, serverMaxWindowBits: 10 },
    ],
    [
      'a larger window of its own than it offered',
      'permessage-deflate; client_max_window_bits=11',
      { ...TAKEOVER, clientMaxWindowBits: 10 },
    ],
    ['a limit without a value', 'permessage-deflate; client_max_window_bits', TAKEOVER],
  ])('fails %s', (_, answer, policy) => {
    expect(takes(answer, policy)).toBe(false);
  });
});

describe('both', () => {
  const bits = fc.integer({ min: 8, max: 15 });
  const policies = fc.record({
    serverNoContextTakeover: fc.boolean(),
    clientNoContextTakeover: fc.boolean(),
    serverMaxWindowBits: bits,
    clientMaxWindowBits: bits,
  });

  it('agree whatever their policies, on what neither objects to', () => {
    fc.assert(
      fc.property(policies, policies, (client, server) => {
        const answer = answerTo(offered(client), server);
        expect(takes(answer, client)).toBe(true);
        expect(agreedDeflate(paramsOf(answer))).toEqual({
          serverNoContextTakeover: client.serverNoContextTakeover || server.serverNoContextTakeover,
          clientNoContextTakeover: client.clientNoContextTakeover || server.clientNoContextTakeover,
          serverMaxWindowBits: Math.min(client.serverMaxWindowBits, server.serverMaxWindowBits),
          clientMaxWindowBits: Math.min(client.clientMaxWindowBits, server.clientMaxWindowBits),
        });
      }),
    );
  });

  it.each([
    ['serverNoContextTakeover', 1],
    ['clientNoContextTakeover', 'yes'],
    ['serverMaxWindowBits', 7],
    ['serverMaxWindowBits', 16],
    ['clientMaxWindowBits', 9.5],
    ['clientMaxWindowBits', '9'],
  ])('refuse a policy whose %s is %j, by name', (name, value) => {
    for (const make of [permessageDeflateServer, permessageDeflateClient]) {
      const making = (): unknown => make({ [name]: value });
      expect(making).toThrow(UsageError);
      expect(making).toThrow(
        expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }),
      );
    }
  });

  it('are the extension that uses RSV1', () => {
    expect(permessageDeflateServer()).toMatchObject({ name: 'permessage-deflate', usesRsv1: true });
    expect(permessageDeflateClient()).toMatchObject({ name: 'permessage-deflate', usesRsv1: true });
  });
});

describe('agreedDeflate', () => {
  it('is the largest window and context takeover where the answer does not say otherwise', () => {
    expect(agreedDeflate([])).toEqual({
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
    });
  });

  it('is what the answer says', () => {
    expect(agreedDeflate(paramsOf(`${FRUGAL}; server_max_window_bits=9; client_max_window_bits=8`))).toEqual({
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      serverMaxWindowBits: 9,
      clientMaxWindowBits: 8,
    });
  });

  it.each(['permessage-deflate; unknown', 'permessage-deflate; client_max_window_bits'])('refuses %s', (answer) => {
    expect(() => agreedDeflate(paramsOf(answer))).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }),
    );
  });
});
