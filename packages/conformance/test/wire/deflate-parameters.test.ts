import { describe, expect, it } from 'vitest';
import {
  agreed,
  answerFault,
  type DeflateParameters,
  formatDeflate,
  granting,
  parseExtensions,
  promised,
  readDeflate,
} from '../../src/wire/deflate-parameters.ts';

const ALL: DeflateParameters = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 9,
  clientMaxWindowBits: 10,
};
const ALL_WRITTEN =
  'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=10';

function readOne(value: string, from: 'client' | 'server'): DeflateParameters | string {
  const [extension] = parseExtensions(value) ?? [];
  return extension === undefined ? 'no extension' : readDeflate(extension, from);
}

describe('formatDeflate and readDeflate', () => {
  it('write and read every parameter', () => {
    expect(formatDeflate(ALL)).toBe(ALL_WRITTEN);
    expect(readOne(ALL_WRITTEN, 'server')).toEqual(ALL);
    expect(readOne('permessage-deflate; client_max_window_bits="10"', 'server')).toEqual({ clientMaxWindowBits: 10 });
    expect(formatDeflate({ clientMaxWindowBits: true })).toBe('permessage-deflate; client_max_window_bits');
    expect(readOne('permessage-deflate; client_max_window_bits', 'client')).toEqual({ clientMaxWindowBits: true });
    expect(formatDeflate({})).toBe('permessage-deflate');
  });

  it.each([
    ['x', 'the unknown parameter x'],
    ['server_no_context_takeover=1', 'server_no_context_takeover with a value'],
    ['server_no_context_takeover; server_no_context_takeover', 'server_no_context_takeover twice'],
    ['server_max_window_bits', 'server_max_window_bits with the value missing'],
    ['server_max_window_bits=7', 'server_max_window_bits with the value 7'],
    ['server_max_window_bits=16', 'server_max_window_bits with the value 16'],
    ['server_max_window_bits=010', 'server_max_window_bits with the value 010'],
    ['client_max_window_bits', 'client_max_window_bits with the value missing'],
  ])('refuse %s', (parameters, fault) => {
    expect(readOne(`permessage-deflate; ${parameters}`, 'server')).toBe(fault);
  });
});

describe('parseExtensions', () => {
  it('reads lists and quoted values', () => {
    expect(parseExtensions('a; b="x, \\"; y"; c = d, e')).toEqual([
      {
        name: 'a',
        parameters: [
          ['b', 'x, "; y'],
          ['c', 'd'],
        ],
      },
      { name: 'e', parameters: [] },
    ]);
  });

  it.each(['', 'a b', 'a; =1', 'a,,b', 'a; b="x', 'a; b=x y'])('refuses “%s”', (value) => {
    expect(parseExtensions(value)).toBeUndefined();
  });
});

describe('answerFault', () => {
  it('accepts what the offer allows', () => {
    expect(answerFault({}, {})).toBeUndefined();
    expect(
      answerFault({}, { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 8 }),
    ).toBeUndefined();
    expect(answerFault(ALL, { ...ALL, serverMaxWindowBits: 8 })).toBeUndefined();
  });

  it.each([
    [{}, { clientMaxWindowBits: 10 }, 'client_max_window_bits, which was not offered'],
    [{ serverNoContextTakeover: true }, {}, 'no server_no_context_takeover, which was demanded'],
    [{ serverMaxWindowBits: 10 }, {}, 'no server_max_window_bits, which was demanded'],
    [{ serverMaxWindowBits: 10 }, { serverMaxWindowBits: 11 }, 'a server_max_window_bits over the one demanded'],
  ])('names what an offer of %o does not allow', (offer, answer, fault) => {
    expect(answerFault(offer, answer)).toBe(fault);
  });
});

describe('agreed', () => {
  it('is what the answer says, and 15 with takeover where it says nothing', () => {
    expect(agreed({}, {})).toEqual({
      serverNoContextTakeover: false,
      clientNoContextTakeover: false,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
    });
    expect(agreed(ALL, ALL)).toEqual(ALL);
    expect(agreed({ clientMaxWindowBits: 12 }, { clientMaxWindowBits: true }).clientMaxWindowBits).toBe(12);
  });
});

describe('promised', () => {
  const ANSWERED = agreed({}, {});

  it('keeps a client to what it offered of itself, also unanswered', () => {
    expect(promised(ANSWERED, { clientNoContextTakeover: true, clientMaxWindowBits: 10 })).toEqual({
      ...ANSWERED,
      clientNoContextTakeover: true,
      clientMaxWindowBits: 10,
    });
    expect(promised(ANSWERED, { clientMaxWindowBits: true })).toEqual(ANSWERED);
  });
});

describe('granting', () => {
  it('adds what is demanded of the server', () => {
    expect(granting({}, {})).toEqual({});
    expect(granting({ clientMaxWindowBits: 9 }, { serverNoContextTakeover: true, serverMaxWindowBits: 10 })).toEqual({
      clientMaxWindowBits: 9,
      serverNoContextTakeover: true,
      serverMaxWindowBits: 10,
    });
    expect(granting({ serverMaxWindowBits: 8 }, { serverMaxWindowBits: 10 })).toEqual({ serverMaxWindowBits: 8 });
  });

  it('leaves a client the smaller window it offered', () => {
    const answer = { clientMaxWindowBits: 9 };
    expect(granting(answer, { clientMaxWindowBits: 8 })).toEqual({ clientMaxWindowBits: 8 });
    expect(granting(answer, { clientMaxWindowBits: 10 })).toEqual(answer);
    expect(granting(answer, { clientMaxWindowBits: true })).toEqual(answer);
  });
});
