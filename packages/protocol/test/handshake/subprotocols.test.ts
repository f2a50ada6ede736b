import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { RequestHead } from '../../src/handshake/head.ts';
import { checkSubprotocols, offeredSubprotocols, selectSubprotocol } from '../../src/handshake/subprotocols.ts';

const HEAD: RequestHead = { method: 'GET', target: '/', version: 'HTTP/1.1', fields: [] };
const usageError = expect.objectContaining({ name: 'UsageError', code: 'INVALID_OPTION' });

function offered(...values: string[]): readonly string[] | undefined {
  return offeredSubprotocols(values.map((value) => ['Sec-WebSocket-Protocol', value] as const));
}

describe('offeredSubprotocols', () => {
  it('joins all lines in order', () => {
    expect(offered()).toEqual([]);
    expect(offered('a, b', 'c')).toEqual(['a', 'b', 'c']);
    expect(offered('v1.a, V1.A')).toEqual(['v1.a', 'V1.A']);
  });

  it.each([[['']], [['a, a']], [['a', 'a']], [['a b']], [['a;q=1']], [['\xe9']]])('refuses %j', (values) => {
    expect(offered(...values)).toBeUndefined();
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 3 }), (values) => {
        const names = offered(...values) ?? [];
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});

describe('selectSubprotocol', () => {
  it('takes the first of ours that is offered', () => {
    expect(selectSubprotocol(['x', 'b', 'a'], ['a', 'b'], HEAD)).toBe('b');
    expect(selectSubprotocol(['x'], ['a'], HEAD)).toBe('');
    expect(selectSubprotocol([], ['a'], HEAD)).toBe('');
  });

  it('asks a function, unless nothing is offered', () => {
    const policy = vi.fn(() => 'b');
    expect(selectSubprotocol(policy, [], HEAD)).toBe('');
    expect(selectSubprotocol(policy, ['a', 'b'], HEAD)).toBe('b');
    expect(policy.mock.calls).toEqual([[['a', 'b'], HEAD]]);
    expect(selectSubprotocol(() => undefined, ['a'], HEAD)).toBe('');
  });

  it.each(['c', '', 'A', null])('refuses %j of a function, since it is not offered', (selected) => {
    expect(() => selectSubprotocol(() => selected as string, ['a'], HEAD)).toThrow(usageError);
  });
});

describe('checkSubprotocols', () => {
  it('takes distinct tokens', () => {
    expect(checkSubprotocols([])).toBeUndefined();
    expect(checkSubprotocols(['chat', 'Chat', 'v1.chat~x'])).toBeUndefined();
  });

  it.each([[['a', 'a']], [['']], [['a b']], [['a,b']], [['a\r\nX: y']], [['\xe9']], [[1]], ['chat'], [undefined]])(
    'refuses %j',
    (subprotocols) => {
      expect(() => checkSubprotocols(subprotocols as string[])).toThrow(usageError);
    },
  );
});
