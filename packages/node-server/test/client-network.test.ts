import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../src/client-network.ts';

describe('the network of a client', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['203.0.113.255', '203.0.113.255'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
    ['64:ff9b::cb00:7107', '203.0.113.7'],
    ['64:ff9b:1::203.0.113.7', '64:ff9b:1:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::203.0.113.7', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['::1.2.3.4', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1::ffff:1.2.3.4', '1:0:0:0::/64'],
    ['', ''],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is the same for all 2^64 addresses of an IPv6 network, however they are written', () => {
    const group = fc.integer({ min: 1, max: 0xffff });
    const half = fc.tuple(group, group, group, group);
    const written = (groups: readonly number[]) => groups.map((value) => value.toString(16)).join(':');
    fc.assert(
      fc.property(half, half, (network, host) => {
        const [a, b, c, d] = network;
        const expected = `${written(network)}::/64`;
        expect(networkOf(`${written(network)}:${written(host)}`)).toBe(expected);
        expect(networkOf(`${written([a, b, c, d])}::${written(host.slice(2))}`)).toBe(expected);
        expect(networkOf(`${written([a, b, c, d + 1])}:${written(host)}`)).not.toBe(expected);
      }),
    );
  });
});
