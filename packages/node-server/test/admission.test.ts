import { PassThrough } from 'node:stream';
import { LimitError } from '@framewire/node-transport';
import { HandshakeError, UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { Admission, type AdmissionOptions, overLimit, settleAdmission } from '../src/admission.ts';

function admission(options: AdmissionOptions = {}): Admission {
  return new Admission(settleAdmission(options));
}

/** A socket of a client there. */
function from(remoteAddress: string): PassThrough & { remoteAddress: string } {
  return Object.assign(new PassThrough(), { remoteAddress });
}

describe('the limits', () => {
  it('are finite when nothing is said, and for an address those of all', () => {
    expect(settleAdmission({})).toEqual({
      maxConnections: 100_000,
      maxConnectionsPerAddress: 100_000,
      maxPendingHandshakes: 4_096,
      maxPendingHandshakesPerAddress: 4_096,
    });
    expect(settleAdmission({ maxConnections: 7, maxPendingHandshakes: 8 })).toMatchObject({
      maxConnectionsPerAddress: 7,
      maxPendingHandshakesPerAddress: 8,
    });
  });

  it.each(
    ['maxConnections', 'maxConnectionsPerAddress', 'maxPendingHandshakes', 'maxPendingHandshakesPerAddress'].flatMap(
      (name) => [0, -1, 1.5, Number.POSITIVE_INFINITY, Number.NaN, 2 ** 53, '1', null].map((value) => [name, value]),
    ),
  )('are checked: %s %s', (name, value) => {
    const settling = () => settleAdmission({ [String(name)]: value });
    expect(settling).toThrow(UsageError);
    expect(settling).toThrow(String(name));
  });
});

describe.each([
  ['connections', 'maxConnections', 'connections'],
  ['handshakes', 'maxPendingHandshakes', 'handshakes under way'],
] as const)('%s', (kind, option, what) => {
  it('are as many as there may be', () => {
    const count = admission({ [option]: 2 })[kind];
    expect(count.reached('')).toBe(undefined);
    count.enter('');
    expect(count.reached('')).toBe(undefined);
    count.enter('');
    const reached = count.reached('') as LimitError;
    expect(reached).toBeInstanceOf(LimitError);
    expect(reached).toMatchObject({
      option,
      limit: 2,
      message: `There are as many ${what} as there may be. ${option} is 2.`,
    });
    count.leave('');
    expect(count.reached('')).toBe(undefined);
  });

  it('of one network are as many as it may have, and do not count for others', () => {
    const count = admission({ [`${option}PerAddress`]: 2 })[kind];
    for (const network of ['192.0.2.1', '192.0.2.1', '192.0.2.2']) count.enter(network);
    expect(count.reached('192.0.2.2')).toBe(undefined);
    expect(count.reached('192.0.2.3')).toBe(undefined);
    expect(count.reached('192.0.2.1')).toMatchObject({
      option: `${option}PerAddress`,
      limit: 2,
      message: `There are as many ${what} of 192.0.2.1 as there may be. ${option}PerAddress is 2.`,
    });
    count.leave('192.0.2.1');
    expect(count.reached('192.0.2.1')).toBe(undefined);
  });

  it('of a network that has all it may have are over its own limit, also where the total is reached', () => {
    const count = admission({ [option]: 2, [`${option}PerAddress`]: 1 })[kind];
    for (const network of ['192.0.2.1', '192.0.2.2']) count.enter(network);
    expect(count.reached('192.0.2.1')).toMatchObject({ option: `${option}PerAddress`, limit: 1 });
    expect(count.reached('192.0.2.3')).toMatchObject({ option, limit: 2 });
  });

  it('without an address have only the total', () => {
    const count = admission({ [option]: 5, [`${option}PerAddress`]: 1 })[kind];
    for (let i = 0; i < 4; i++) count.enter('');
    expect(count.reached('')).toBe(undefined);
    count.enter('');
    expect(count.reached('')).toMatchObject({ option });
    expect(count.networks).toBe(0);
  });

  it('are not told apart by networks where that is not asked for', () => {
    const count = admission({ [option]: 10, [`${option}PerAddress`]: 10 })[kind];
    expect(count.countsNetworks).toBe(false);
    for (let i = 0; i < 5; i++) count.enter(`192.0.2.${i}`);
    expect(count.networks).toBe(0);
    expect(count.total).toBe(5);
    for (let i = 0; i < 5; i++) count.leave(`192.0.2.${i}`);
    expect(count.total).toBe(0);
  });

  it('leave nothing behind, however many came from however many networks', () => {
    const count = admission({ [option]: 10_000, [`${option}PerAddress`]: 3 })[kind];
    for (let i = 0; i < 10_000; i++) {
      const network = `2001:db8:${(i % 5000).toString(16)}:0::/64`;
      expect(count.reached(network)).toBe(undefined);
      count.enter(network);
    }
    expect([count.total, count.networks]).toEqual([10_000, 5000]);
    for (let i = 0; i < 10_000; i++) count.leave(`2001:db8:${(i % 5000).toString(16)}:0::/64`);
    expect([count.total, count.networks]).toEqual([0, 0]);
  });
});

describe('an admission', () => {
  it('asks for the network only where one of the limits needs it', () => {
    expect(admission().networkOf(from('192.0.2.1'))).toBe('');
    for (const options of [{ maxConnectionsPerAddress: 1 }, { maxPendingHandshakesPerAddress: 1 }]) {
      const some = admission(options);
      expect(some.networkOf(from('::ffff:192.0.2.1'))).toBe('192.0.2.1');
      expect(some.networkOf(from('2001:db8::1'))).toBe('2001:db8:0:0::/64');
      expect(some.networkOf(new PassThrough())).toBe('');
    }
  });

  it('knows of which network a connection was, when its socket does not any more', () => {
    const some = admission({ maxConnectionsPerAddress: 1 });
    const [one, other] = [{}, {}];
    some.connections.enter('192.0.2.1');
    some.seated(one, '192.0.2.1');
    some.connections.enter('');
    some.seated(other, '');
    expect(some.connections.reached('192.0.2.1')).toBeInstanceOf(LimitError);
    some.vacated(one);
    some.vacated(other);
    expect([some.connections.total, some.connections.networks]).toEqual([0, 0]);
    some.connections.enter('192.0.2.1');
    some.seated(one, '192.0.2.1');
    some.vacated(one);
    expect(some.connections.networks).toBe(0);
  });

  it('refuses with the limit, its value and its name', () => {
    const reached = new LimitError('maxConnections', 3, 'It is full.');
    const error = overLimit(reached);
    expect(error).toBeInstanceOf(HandshakeError);
    expect(error).toMatchObject({ code: 'UNAVAILABLE', status: 503, cause: reached });
    expect(error.message).toContain('maxConnections is 3.');
  });
});
