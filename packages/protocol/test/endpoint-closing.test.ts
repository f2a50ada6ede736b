import { describe, expect, it } from 'vitest';
import { ProtocolError, VIOLATIONS } from '../src/errors.ts';
import { JoinedEndpoints } from './joined-endpoints.ts';
import { Peer } from './peer.ts';
import { fromHex } from './vectors/wire.ts';

const roles = ['client', 'server'] as const;

/** Any failure a shell may report. */
const failure = new ProtocolError('TOO_MANY_CONTROL_FRAMES');
const failureClose = `close 1008 ${VIOLATIONS.TOO_MANY_CONTROL_FRAMES.message}`;

describe('the closing handshake between two endpoints', () => {
  it.each(roles)('begun by the %s: the other echoes the code, and the server ends the transport first', (first) => {
    const joined = new JoinedEndpoints();
    const starter = joined[first];
    const other = joined[first === 'client' ? 'server' : 'client'];
    starter.endpoint.close(4001, 'done');
    expect(starter.endpoint.state).toBe('closing');
    expect(starter.out.ended).toBe(false);
    joined.carry(starter, other);
    expect(other.heard).toEqual(['closing']);
    expect(other.out.ended).toBe(other.role === 'server');
    joined.carry(other, starter);
    expect(starter.out.ended).toBe(starter.role === 'server');
    joined.settle();
    expect(starter.heard).toEqual(['closing', 'closed']);
    expect(other.heard).toEqual(['closing', 'closed']);
    expect([starter.endpoint.sent, starter.endpoint.received, starter.endpoint.receivedFirst]).toEqual([
      { code: 4001, reason: 'done' },
      { code: 4001, reason: '' },
      false,
    ]);
    expect([other.endpoint.received, other.endpoint.sent, other.endpoint.receivedFirst]).toEqual([
      { code: 4001, reason: 'done' },
      { code: 4001, reason: '' },
      true,
    ]);
    expect([starter.out.ended, other.out.ended]).toEqual([true, true]);
  });

  it('begun by both at once: each keeps what it said, and neither answers', () => {
    const joined = new JoinedEndpoints();
    const { client, server } = joined;
    client.endpoint.close(1000, 'client');
    server.endpoint.close(1001, 'server');
    joined.settle();
    for (const peer of [client, server]) expect(peer.heard).toEqual(['closing', 'closed']);
    expect([client.endpoint.sent, client.endpoint.received, client.endpoint.receivedFirst]).toEqual([
      { code: 1000, reason: 'client' },
      { code: 1001, reason: 'server' },
      false,
    ]);
    expect([server.endpoint.sent, server.endpoint.received, server.endpoint.receivedFirst]).toEqual([
      { code: 1001, reason: 'server' },
      { code: 1000, reason: 'client' },
      false,
    ]);
  });

  it('sends what was queued before the Close, and delivers it', () => {
    const joined = new JoinedEndpoints();
    joined.client.endpoint.sendText('last words');
    joined.client.endpoint.close(1000, '');
    joined.client.endpoint.sendText('too late');
    joined.settle();
    expect(joined.server.heard).toEqual(['text last words', 'closing', 'closed']);
  });

  it('drops what comes after a local close, but answers to no more than the Close', () => {
    const joined = new JoinedEndpoints();
    const { client, server } = joined;
    server.endpoint.sendText('on its way');
    client.endpoint.close(1000, '');
    server.endpoint.ping(fromHex('01'));
    joined.settle();
    expect(client.heard).toEqual(['closing', 'ping 01', 'closed']);
    expect(server.heard).toEqual(['closing', 'closed']);
  });

  it('works the same byte by byte', () => {
    const joined = new JoinedEndpoints({ carrier: (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)) });
    joined.server.endpoint.sendText('one more');
    joined.server.endpoint.close(3000, 'grüße');
    joined.settle();
    expect(joined.client.heard).toEqual(['text one more', 'closing', 'closed']);
    expect(joined.client.endpoint.received).toEqual({ code: 3000, reason: 'grüße' });
  });
});

describe.each(roles)('as a %s, Endpoint.close', (role) => {
  it('writes one Close and tells of it once', () => {
    const peer = new Peer(role);
    peer.endpoint.close(1000, 'bye');
    peer.endpoint.close(1001, 'again');
    expect(peer.sent()).toEqual(['close 1000 bye']);
    expect(peer.heard).toEqual(['closing']);
    expect(peer.endpoint.sent).toEqual({ code: 1000, reason: 'bye' });
  });

  it('with 1005 writes a Close without a code', () => {
    const peer = new Peer(role);
    peer.endpoint.close(1005, '');
    expect(peer.sent()).toEqual(['close 1005']);
    expect(peer.endpoint.sent).toEqual({ code: 1005, reason: '' });
  });

  it.each([
    [999, '', 'INVALID_CLOSE_CODE'],
    [1006, '', 'INVALID_CLOSE_CODE'],
    [1005, 'reason', 'INVALID_CLOSE_CODE'],
    [5000, '', 'INVALID_CLOSE_CODE'],
    [1000, 'é'.repeat(62), 'CLOSE_REASON_TOO_LONG'],
  ])('refuses %i with %j at the call, in every state, and changes nothing', (code, reason, expected) => {
    const peer = new Peer(role);
    const close = (): void => peer.endpoint.close(code, reason);
    expect(close).toThrow(expect.objectContaining({ code: expected }));
    expect([peer.endpoint.state, peer.out.offset, peer.heard]).toEqual(['open', 0, []]);
    peer.endpoint.close(1000, '');
    expect(close).toThrow(expect.objectContaining({ code: expected }));
    peer.endpoint.receiveEnd();
    expect(close).toThrow(expect.objectContaining({ code: expected }));
    expect(peer.heard).toEqual(['closing', 'closed']);
  });

  it('drops everything sent from then on', () => {
    const peer = new Peer(role);
    peer.endpoint.close(1000, '');
    peer.sent();
    peer.endpoint.sendText('late');
    peer.endpoint.sendBinary(fromHex('00'));
    peer.endpoint.ping(fromHex('00'));
    peer.endpoint.close(1000, '');
    expect(peer.sent()).toEqual([]);
  });

  it('in the middle of a message that is being received: its rest is checked and dropped', () => {
    const peer = new Peer(role);
    peer.receive('0102c3a9');
    peer.endpoint.close(1000, '');
    peer.receive('0001c3 8a0161');
    peer.receive('8001a9 810161 88020fa0');
    expect(peer.heard).toEqual(['closing', 'pong 61']);
    expect(peer.endpoint.received).toEqual({ code: 4000, reason: '' });
  });

  it('still fails the connection on a violation, without a second Close', () => {
    const peer = new Peer(role);
    peer.receive('0101c3');
    peer.endpoint.close(1000, '');
    peer.receive('800161');
    expect(peer.heard).toEqual(['closing', 'failed TEXT_INVALID']);
    expect(peer.sent()).toEqual(['close 1000']);
    expect(peer.out.ended).toBe(true);
    peer.endpoint.receiveEnd();
    expect(peer.heard.at(-1)).toBe('closed');
  });

  it('still fails on a Close that is broken', () => {
    const peer = new Peer(role);
    peer.endpoint.close(1000, '');
    peer.receive('880203ed');
    expect(peer.heard).toEqual(['closing', 'failed CLOSE_CODE_INVALID']);
    expect(peer.sent()).toEqual(['close 1000']);
    expect(peer.endpoint.received).toBe(undefined);
  });
});

describe.each(roles)('as a %s, a Close from the peer', (role) => {
  it.each([
    ['8800', 1005, '', 'close 1005'],
    ['880203e9', 1001, '', 'close 1001'],
    ['88050fa0627965', 4000, 'bye', 'close 4000'],
  ])('%s is answered with its code', (hex, code, reason, answer) => {
    const peer = new Peer(role);
    peer.receive(hex);
    expect(peer.sent()).toEqual([answer]);
    expect(peer.endpoint.received).toEqual({ code, reason });
    expect(peer.endpoint.sent).toEqual({ code, reason: '' });
    expect(peer.endpoint.receivedFirst).toBe(true);
    expect(peer.heard).toEqual(['closing']);
  });

  it('makes everything behind it unheard, and everything sent dropped', () => {
    const peer = new Peer(role);
    peer.receive('010161 880203e8');
    peer.receive('800162 810163 890164 880203e9');
    peer.receiveRaw('ffffff');
    peer.endpoint.sendText('late');
    peer.endpoint.ping(fromHex('00'));
    peer.endpoint.close(1000, 'late');
    expect(peer.heard).toEqual(['closing']);
    expect(peer.sent()).toEqual(['close 1000']);
    expect(peer.endpoint.received).toEqual({ code: 1000, reason: '' });
  });

  it('ends the transport at once for a server only', () => {
    const peer = new Peer(role);
    peer.receive('880203e8');
    expect(peer.out.ended).toBe(role === 'server');
    peer.endpoint.receiveEnd();
    expect(peer.out.ended).toBe(true);
    expect(peer.heard).toEqual(['closing', 'closed']);
  });

  it('ends the transport after the answer was written and the handler was told', () => {
    const peer = new Peer(role);
    const order: string[] = [];
    peer.after = (line) => order.push(line, ...peer.sent());
    peer.out.end = () => order.push('end');
    peer.receive('880203e8');
    expect(order).toEqual(role === 'server' ? ['closing', 'close 1000', 'end'] : ['closing', 'close 1000']);
  });
});

describe.each(roles)('as a %s, Endpoint.fail', (role) => {
  it('while open writes the Close of the violation, tells, and ends the transport', () => {
    const peer = new Peer(role);
    const order: string[] = [];
    peer.after = (line) => order.push(`${line}: ${peer.endpoint.state}`, ...peer.sent());
    peer.out.end = () => order.push('end');
    peer.endpoint.fail(failure);
    expect(order).toEqual(['failed TOO_MANY_CONTROL_FRAMES: closing', failureClose, 'closing: closing', 'end']);
    expect(peer.errors).toEqual([failure]);
    expect(peer.endpoint.sent).toEqual({ code: 1008, reason: VIOLATIONS.TOO_MANY_CONTROL_FRAMES.message });
  });

  it('makes everything that comes unheard', () => {
    const peer = new Peer(role);
    peer.endpoint.fail(failure);
    peer.receive('810161 880203e8');
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['failed TOO_MANY_CONTROL_FRAMES', 'closing']);
    expect(peer.endpoint.received).toBe(undefined);
  });

  it('after a local close writes nothing more, and ends the transport', () => {
    const peer = new Peer(role);
    peer.endpoint.close(1000, '');
    peer.endpoint.fail(failure);
    expect(peer.sent()).toEqual(['close 1000']);
    expect(peer.heard).toEqual(['closing', 'failed TOO_MANY_CONTROL_FRAMES']);
    expect(peer.out.ended).toBe(true);
  });

  it('after a Close was received and answered writes nothing more', () => {
    const peer = new Peer(role);
    peer.receive('880203e8');
    peer.endpoint.fail(failure);
    expect(peer.sent()).toEqual(['close 1000']);
    expect(peer.heard).toEqual(['closing', 'failed TOO_MANY_CONTROL_FRAMES']);
    expect(peer.out.ended).toBe(true);
  });

  it('a second time, or when closed, does nothing', () => {
    const peer = new Peer(role);
    peer.endpoint.fail(failure);
    peer.endpoint.fail(new ProtocolError('RESERVED_BITS'));
    expect(peer.errors).toEqual([failure]);
    peer.endpoint.receiveEnd();
    peer.endpoint.fail(failure);
    expect(peer.heard).toEqual(['failed TOO_MANY_CONTROL_FRAMES', 'closing', 'closed']);
    const closed = new Peer(role);
    closed.endpoint.receiveEnd();
    closed.endpoint.fail(failure);
    expect(closed.heard).toEqual(['closed']);
    expect(closed.sent()).toEqual([]);
  });

  it.each(Object.entries(VIOLATIONS))('with %s sends its close code and sentence, which fit', (code, row) => {
    const peer = new Peer(role);
    peer.endpoint.fail(new ProtocolError(code as keyof typeof VIOLATIONS, 'A detail that stays here.'));
    expect(peer.sent()).toEqual([`close ${row.closeCode} ${row.message}`]);
  });
});

describe.each(roles)('as a %s, Endpoint.receiveEnd', (role) => {
  it('while open closes without a closing state, and ends our side too', () => {
    const peer = new Peer(role);
    peer.endpoint.receiveEnd();
    peer.endpoint.receiveEnd();
    expect(peer.heard).toEqual(['closed']);
    expect(peer.endpoint.state).toBe('closed');
    expect(peer.out.ended).toBe(true);
    expect([peer.endpoint.received, peer.endpoint.sent]).toEqual([undefined, undefined]);
  });

  it.each([
    ['after our Close', (peer: Peer) => peer.endpoint.close(1000, ''), ['closing']],
    ['after the peer closed', (peer: Peer) => peer.receive('8800'), ['closing']],
    ['after a failure', (peer: Peer) => peer.endpoint.fail(failure), ['failed TOO_MANY_CONTROL_FRAMES', 'closing']],
    ['in the middle of a frame', (peer: Peer) => peer.receiveRaw(role === 'client' ? '8202' : '82'), []],
    ['in the middle of a message', (peer: Peer) => peer.receive('010161'), []],
    ['while suspended', (peer: Peer) => peer.endpoint.suspend(), []],
  ] as const)('%s closes once', (_, before, heard) => {
    const peer = new Peer(role);
    before(peer);
    peer.endpoint.receiveEnd();
    peer.endpoint.receiveEnd();
    expect(peer.heard).toEqual([...heard, 'closed']);
    expect(peer.out.ended).toBe(true);
  });

  it('makes everything a call that does nothing', () => {
    const peer = new Peer(role);
    peer.receive('890161');
    peer.sent();
    peer.endpoint.receiveEnd();
    peer.receive('810161');
    peer.endpoint.sendText('late');
    peer.endpoint.sendBinary(fromHex('00'));
    peer.endpoint.ping(fromHex('00'));
    peer.endpoint.close(1000, '');
    peer.endpoint.fail(failure);
    peer.endpoint.suspend();
    peer.endpoint.resume();
    peer.endpoint.flushed();
    expect(peer.heard).toEqual(['ping 61', 'closed']);
    expect(peer.sent()).toEqual([]);
    expect(peer.endpoint.sent).toBe(undefined);
  });

  it('drops what suspension held back, unless it is resumed first', () => {
    const dropping = new Peer(role);
    dropping.endpoint.suspend();
    dropping.receive('810161');
    dropping.endpoint.receiveEnd();
    dropping.endpoint.resume();
    expect(dropping.heard).toEqual(['closed']);
    const keeping = new Peer(role);
    keeping.endpoint.suspend();
    keeping.receive('810161 880203e8');
    keeping.endpoint.resume();
    keeping.endpoint.receiveEnd();
    expect(keeping.heard).toEqual(['text a', 'closing', 'closed']);
  });
});

describe('a handler that acts while it is told', () => {
  it.each(roles)('a %s that closes inside a message hears none of the rest', (role) => {
    const peer = new Peer(role);
    peer.after = (line) => {
      if (line === 'text a') peer.endpoint.close(4000, 'enough');
    };
    peer.receive('810161 810162 890163 820164 880203e8');
    expect(peer.heard).toEqual(['text a', 'closing', 'ping 63']);
    expect(peer.sent()).toEqual(['close 4000 enough']);
    expect([peer.endpoint.received?.code, peer.endpoint.receivedFirst]).toEqual([1000, false]);
  });

  it.each(['810161', '820161', '890161', '8a0161'])('fails inside %s: nothing follows', (hex) => {
    const peer = new Peer('client');
    peer.after = () => peer.endpoint.fail(failure);
    peer.receive(`${hex} 810162`);
    expect(peer.heard.slice(1)).toEqual(['failed TOO_MANY_CONTROL_FRAMES', 'closing']);
    expect(peer.sent().at(-1)).toBe(failureClose);
  });

  it.each(['810161', '820161', '890161', '8a0161'])('ends inside %s: nothing follows', (hex) => {
    const peer = new Peer('client');
    peer.after = () => peer.endpoint.receiveEnd();
    peer.receive(`${hex} 810162 880203e8`);
    expect(peer.heard).toHaveLength(2);
    expect(peer.heard.at(-1)).toBe('closed');
  });

  it.each(roles)('a %s can write nothing after the Close of a failure', (role) => {
    const peer = new Peer(role);
    peer.after = () => {
      peer.endpoint.sendText('late');
      peer.endpoint.ping(fromHex('00'));
      peer.endpoint.close(1000, 'late');
      peer.endpoint.fail(new ProtocolError('RESERVED_BITS'));
      peer.endpoint.flushed();
    };
    peer.endpoint.fail(failure);
    expect(peer.sent()).toEqual([failureClose]);
    expect(peer.heard).toEqual(['failed TOO_MANY_CONTROL_FRAMES', 'closing']);
  });

  it.each(roles)('a %s can write nothing after the answer to a Close', (role) => {
    const peer = new Peer(role);
    peer.after = () => {
      peer.endpoint.sendText('late');
      peer.endpoint.close(4000, 'late');
    };
    peer.receive('880203e8');
    expect(peer.sent()).toEqual(['close 1000']);
  });

  it('that ends everything inside failed or closing never sees the state go back', () => {
    for (const at of ['failed TOO_MANY_CONTROL_FRAMES', 'closing']) {
      const peer = new Peer('server');
      peer.after = (line) => {
        if (line === at) peer.endpoint.receiveEnd();
      };
      peer.endpoint.fail(failure);
      expect(peer.heard.filter((line) => line === 'closed')).toHaveLength(1);
      expect(peer.heard.at(-1)).toBe('closed');
      expect(peer.endpoint.state).toBe('closed');
    }
  });
});

describe('a sink that acts while it is told to end', () => {
  it.each([
    ['a Close is received', (peer: Peer) => peer.receive('880203e8'), ['closing', 'closed']],
    [
      'the connection fails',
      (peer: Peer) => peer.endpoint.fail(failure),
      ['failed TOO_MANY_CONTROL_FRAMES', 'closing', 'closed'],
    ],
    ['the transport has ended', (peer: Peer) => peer.endpoint.receiveEnd(), ['closed']],
  ] as const)('by ending both directions at once, when %s', (_, act, heard) => {
    const peer = new Peer('server');
    peer.out.end = () => peer.endpoint.receiveEnd();
    act(peer);
    expect(peer.heard).toEqual(heard);
    expect(peer.endpoint.state).toBe('closed');
  });
});

describe('a sink that delivers at once', () => {
  it('closes both ends of a wire without delay in the right order', () => {
    const client = new Peer('client');
    const server = new Peer('server');
    // Each frame goes over as soon as the other side has made room for the next: here, when the state changes.
    const deliver = (from: Peer, to: Peer): void => to.endpoint.receive(from.out.take());
    client.after = () => deliver(client, server);
    server.after = () => deliver(server, client);
    client.endpoint.close(1000, '');
    deliver(server, client);
    expect(client.heard).toEqual(['closing']);
    expect(server.heard).toEqual(['closing']);
    expect([client.endpoint.received?.code, server.endpoint.received?.code]).toEqual([1000, 1000]);
  });

  it('may bring the answer to our Close while it is being written', () => {
    const peer = new Peer('client');
    const reserve = peer.out.reserve.bind(peer.out);
    let answered = false;
    peer.out.reserve = (size) => {
      if (!answered) {
        answered = true;
        peer.receive('880203e8');
      }
      return reserve(size);
    };
    peer.endpoint.close(1000, '');
    expect(peer.heard).toEqual(['closing']);
    expect(peer.sent()).toEqual(['close 1000']);
    expect(peer.endpoint.receivedFirst).toBe(false);
  });
});

describe('text that is under way when we close', () => {
  // Found by fuzzing: a large last fragment was judged as if it were the whole message.
  const first = '0102 61c3';
  const last = (head: string): string => `807e04b0 ${head}${'61'.repeat(1199)}`;

  it('is valid when a fragment after the Close completes its last character', () => {
    const peer = new Peer('client');
    peer.endpoint.close(1000, '');
    peer.receiveRaw(`${first} ${last('a9')}`);
    expect(peer.heard).toEqual(['closing']);
  });

  it('is invalid when it does not', () => {
    const peer = new Peer('client');
    peer.endpoint.close(1000, '');
    peer.receiveRaw(`${first} ${last('61')}`);
    expect(peer.heard).toEqual(['closing', 'failed TEXT_INVALID']);
  });
});

describe('a closed endpoint', () => {
  it.each(roles)('stays closed on the %s, however it is closed again', (role) => {
    const peer = new Peer(role);
    peer.endpoint.receiveEnd();
    peer.endpoint.close(1000, '', true);
    peer.endpoint.close(1000, '');
    peer.endpoint.fail(failure);
    expect(peer.endpoint.state).toBe('closed');
    expect(peer.heard).toEqual(['closed']);
    expect(peer.sent()).toEqual([]);
  });
});
