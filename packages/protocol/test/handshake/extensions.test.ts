import { describe, expect, it, vi } from 'vitest';
import { acceptOffers, checkExtensions, confirmAnswer, formatOffers } from '../../src/handshake/extensions.ts';
import { type ExtensionOffer, parseExtensions } from '../../src/handshake/fields.ts';
import { toyClient, toyServer } from './toy-extension.ts';

function parsed(value: string): ExtensionOffer[] {
  return parseExtensions([value]) ?? [];
}

describe('acceptOffers', () => {
  it('takes the first acceptable offer, and answers with parameters', () => {
    const offers = parsed('toy; level=3, toy; level=2, toy; level=1');
    expect(acceptOffers(offers, [toyServer('toy', 2)])).toEqual([{ name: 'toy', params: [['level', '2']] }]);
  });

  it('declines what it does not know, what is malformed and what it cannot meet', () => {
    const offers = parsed('other; level=1, toy, toy; level, toy; level=9, toy; level=1; level=1, toy; unknown=1');
    expect(acceptOffers(offers, [toyServer('toy', 3)])).toEqual([]);
    expect(acceptOffers(parsed('toy; level=1'), [])).toEqual([]);
  });

  it('agrees once on each extension, and asks no further', () => {
    const extension = toyServer('toy', 3);
    const accept = vi.spyOn(extension, 'accept');
    expect(acceptOffers(parsed('toy; level=1, toy; level=2'), [extension])).toHaveLength(1);
    expect(accept).toHaveBeenCalledTimes(1);
  });

  it('keeps the order of the client', () => {
    const ours = [toyServer('a', 3), toyServer('b', 3)];
    const names = acceptOffers(parsed('b; level=1, a; level=1'), ours).map(({ name }) => name);
    expect(names).toEqual(['b', 'a']);
  });

  it('gives RSV1 to one extension only', () => {
    const ours = [toyServer('a', 3, true), toyServer('b', 3, true), toyServer('c', 3)];
    const names = acceptOffers(parsed('b; level=1, a; level=1, c; level=1'), ours).map(({ name }) => name);
    expect(names).toEqual(['b', 'c']);
  });
});

describe('confirmAnswer', () => {
  it('agrees to what was offered', () => {
    const ours = [toyClient('toy', [3, 2])];
    expect(confirmAnswer(parsed('toy; level=2'), ours)).toEqual([{ name: 'toy', params: [['level', '2']] }]);
    expect(confirmAnswer([], ours)).toEqual([]);
  });

  it.each([
    ['an extension that was not offered', 'other'],
    ['parameters that were not offered', 'toy; level=1'],
    ['parameters that are unknown', 'toy; level=2; x'],
    ['an extension twice', 'toy; level=2, toy; level=3'],
    ['an extension beside one that was not offered', 'toy; level=2, other'],
    ['RSV1 for two extensions', 'toy; level=2, second; level=1'],
  ])('refuses %s', (_, answer) => {
    expect(
      confirmAnswer(parsed(answer), [toyClient('toy', [3, 2], true), toyClient('second', [1], true)]),
    ).toBeUndefined();
  });
});

describe('formatOffers', () => {
  it('lists every set of parameters, in order of preference', () => {
    expect(formatOffers([toyClient('toy', [3, 1]), toyClient('other', [2])])).toBe(
      'toy; level=3, toy; level=1, other; level=2',
    );
    expect(formatOffers([])).toBe('');
  });
});

describe('checkExtensions', () => {
  it('takes extensions with names of their own', () => {
    expect(checkExtensions([])).toBeUndefined();
    expect(checkExtensions([toyServer('a', 1), toyServer('b', 1)])).toBeUndefined();
  });

  it.each([
    ['a name that is no token', [toyServer('a b', 1)]],
    ['no name', [{}]],
    ['a name twice', [toyServer('a', 1), toyServer('a', 2)]],
    ['no list', toyServer('a', 1)],
  ])('refuses %s', (_, extensions) => {
    expect(() => checkExtensions(extensions as [])).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' }),
    );
  });
});
