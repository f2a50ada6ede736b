// One receiver serves many connections, one after the other: whatever is under way keeps it to its own.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EndpointSettings } from '../src/endpoint-settings.ts';
import { ProtocolError } from '../src/errors.ts';
import { Receiver, ReceiverPool } from '../src/receiver.ts';
import { Peer, type PeerOptions } from './peer.ts';
import { fromHex } from './vectors/wire.ts';
import { bytesToServer, chunkSizes, inChunks } from './wire-bytes.ts';
import { XorTransform } from './xor-transform.ts';

/** Counts what is made, and what is there to be taken. */
class CountingPool extends ReceiverPool {
  readonly spare: Set<Receiver> = new Set();
  readonly known: Set<Receiver> = new Set();

  override take(): Receiver {
    const receiver = super.take();
    this.spare.delete(receiver);
    this.known.add(receiver);
    return receiver;
  }

  override give(receiver: Receiver): void {
    expect(this.spare.has(receiver)).toBe(false);
    super.give(receiver);
    this.spare.add(receiver);
  }
}

/** Peers of one client program: they share settings, and with them receivers. */
function company(options: Omit<PeerOptions, 'transform'> = {}) {
  const checked = new EndpointSettings({ role: 'client', maskingKey: () => 0, ...options });
  const pool = new CountingPool(checked);
  const settings = Object.create(checked, { receivers: { value: pool } }) as EndpointSettings;
  const join = (transform?: XorTransform): Peer => new Peer('client', { settings, transform });
  return { join, inUse: () => pool.known.size - pool.spare.size, made: () => pool.known.size };
}

describe('a receiver', () => {
  it('is used by one connection after the other', () => {
    const { join, inUse, made } = company();
    const peers = Array.from({ length: 50 }, () => join());
    for (const peer of peers) {
      peer.receive('810161 890162');
      expect(peer.heard).toEqual(['text a', 'ping 62']);
      expect(inUse()).toBe(0);
    }
    expect(made()).toBe(1);
  });

  it.each([
    ['a header', '82', '0161'],
    ['a length', '827e01', `00${'61'.repeat(256)}`],
    ['a payload', '820261', '62'],
    ['a control frame', '890261', '62'],
    ['a message', '020161', '800162'],
    ['a message that has no bytes yet', '0200', '8000'],
    ['a character', '0101c3', '8001a9'],
  ])('stays while %s is under way', (_, first, rest) => {
    const { join, inUse, made } = company();
    const alone = new Peer('client');
    alone.receive(first + rest);
    const peer = join();
    const other = join();
    peer.receive(first);
    expect(inUse()).toBe(1);
    other.receive('820178');
    expect(other.heard).toEqual(['binary 78']);
    peer.receive(rest);
    expect(peer.heard).toEqual(alone.heard);
    expect([inUse(), made()]).toEqual([0, 2]);
  });

  it('stays while its handler runs, which may give bytes to anybody', () => {
    const { join, inUse, made } = company();
    const peer = join();
    const other = join();
    peer.after = (line) => {
      if (line !== 'text a') return;
      other.receive('810178');
      peer.receive('810163');
      expect(inUse()).toBe(1);
    };
    peer.receive('810161 810162');
    expect(peer.heard).toEqual(['text a', 'text b', 'text c']);
    expect(other.heard).toEqual(['text x']);
    expect([inUse(), made()]).toEqual([0, 2]);
  });

  it('stays while its handler hears of a message in fragments, too, where no frame is under way any more', () => {
    const { join, inUse } = company();
    const peer = join();
    const other = join();
    peer.after = (line) => {
      if (line !== 'text ab') return;
      peer.endpoint.resume();
      expect(inUse()).toBe(1);
      other.receive('010178');
      peer.receive('810163');
    };
    peer.receive('010161 800162 810164');
    other.receive('800179');
    expect(peer.heard).toEqual(['text ab', 'text d', 'text c']);
    expect(other.heard).toEqual(['text xy']);
  });

  it('is given back once, when its handler resumes what is being resumed', () => {
    const { join, inUse, made } = company();
    const transform = new XorTransform({ later: true });
    const peer = join(transform);
    peer.receive('c20134');
    peer.endpoint.suspend();
    transform.answer();
    peer.after = (line) => {
      if (line === 'free') peer.endpoint.resume();
    };
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['held', 'binary 61', 'free']);
    expect([inUse(), made()]).toEqual([0, 1]);
  });

  it('stays through a suspension in the middle of a chunk, and at its end', () => {
    const { join, inUse } = company();
    for (const chunk of ['810161 810162', '810161']) {
      const peer = join();
      const other = join();
      peer.after = () => peer.endpoint.suspend();
      peer.receive(chunk);
      other.receive('810178');
      expect(peer.heard).toEqual(['text a']);
      expect(other.heard).toEqual(['text x']);
      peer.after = () => {};
      peer.endpoint.resume();
      expect(peer.heard).toEqual(chunk === '810161' ? ['text a'] : ['text a', 'text b']);
      expect(inUse()).toBe(0);
    }
  });

  it('comes suspended to a connection that is', () => {
    const { join, inUse } = company();
    const peer = join();
    peer.endpoint.suspend();
    peer.receive('810161');
    join().receive('810178');
    expect(peer.heard).toEqual([]);
    peer.endpoint.resume();
    expect(peer.heard).toEqual(['text a']);
    peer.endpoint.suspend();
    peer.endpoint.resume();
    expect(inUse()).toBe(0);
  });

  it('stays with a connection whose handler threw', () => {
    const { join, inUse } = company();
    const peer = join();
    peer.after = () => {
      throw new RangeError('handler');
    };
    expect(() => peer.receive('810161 810162')).toThrow(RangeError);
    expect(inUse()).toBe(1);
    const other = join();
    other.receive('810178');
    expect([other.heard, inUse()]).toEqual([['text x'], 1]);
  });

  it('that was stopped in the middle of a chunk serves nobody any more', () => {
    const { join, inUse } = company();
    const broken = join();
    broken.receive('810161 830162 810163');
    const closed = join();
    closed.receive('810161 880203e8 810163');
    const failed = join();
    failed.after = (line) => {
      if (line === 'text a') failed.endpoint.fail(new ProtocolError('TOO_MANY_CONTROL_FRAMES'));
    };
    failed.receive('810161 810162');
    const gone = join();
    gone.after = () => gone.endpoint.receiveEnd();
    gone.receive('810161 810162');
    for (const peer of [broken, closed, failed, gone]) {
      peer.receive('810178');
      expect(peer.heard.filter((line) => line.startsWith('text'))).toEqual(['text a']);
    }
    expect(inUse()).toBe(4);
    const other = join();
    other.receive('810178');
    expect([other.heard, inUse()]).toEqual([['text x'], 4]);
  });

  it('is not taken by a connection that hears nothing any more', () => {
    const { join, made } = company();
    const peer = join();
    peer.endpoint.fail(new ProtocolError('TOO_MANY_CONTROL_FRAMES'));
    peer.receive('810161');
    expect(made()).toBe(0);
  });

  it('drops messages for a connection that closes, and for that one only', () => {
    const { join, inUse } = company();
    const closing = join();
    closing.endpoint.close(1000, '');
    const other = join();
    closing.receive('810161');
    other.receive('810178');
    expect([closing.heard, other.heard]).toEqual([['closing'], ['text x']]);
    closing.receive('880203e8');
    expect(closing.endpoint.received).toEqual({ code: 1000, reason: '' });
    expect(inUse()).toBe(1);
  });

  it('knows who takes messages as streams', () => {
    const { join, inUse } = company();
    const peer = join();
    const other = join();
    peer.endpoint.streamNext(true);
    peer.receive('810161');
    other.receive('810178');
    peer.receive('010162');
    peer.endpoint.streamNext(false);
    expect(inUse()).toBe(1);
    peer.receive('800163 810164');
    expect(peer.heard).toEqual(['start text', 'part 61', 'end', 'start text', 'part 62', 'part 63', 'end', 'text d']);
    expect([other.heard, inUse()]).toEqual([['text x'], 0]);
  });

  it('stays while a message is held for its size', () => {
    const { join, inUse } = company({ maxMessageSize: 2 });
    const peer = join();
    const other = join();
    peer.holds = () => true;
    peer.receive('8203616263 810164');
    other.receive('810178');
    expect(peer.heard).toEqual(['held']);
    peer.endpoint.streamNext(true);
    expect(peer.heard).toEqual(['held', 'start binary', 'free', 'part 616263', 'end', 'start text', 'part 64', 'end']);
    peer.receive('8a00');
    expect([other.heard, inUse()]).toEqual([['text x'], 0]);
  });

  it('stays while a message is being restored, and takes no answer for it once it is given up', () => {
    const { join, inUse } = company();
    const transform = new XorTransform({ later: true });
    const peer = join(transform);
    const other = join();
    peer.receive('c20134 810162');
    other.receive('810178');
    expect(peer.heard).toEqual(['held']);
    transform.answer();
    expect(peer.heard).toEqual(['held', 'binary 61', 'free', 'text b']);
    // The shell brings it back with the next chunk.
    peer.receive('c20134 8a00');
    peer.endpoint.close(1000, '');
    expect(inUse()).toBe(1);
    peer.receive('8a00');
    expect(inUse()).toBe(0);
    other.receive('0101');
    transform.answer();
    other.receive('79 80017a');
    expect(other.heard).toEqual(['text x', 'text yz']);
    expect(peer.heard.slice(4)).toEqual(['held', 'closing', 'free', 'pong ', 'pong ']);
  });

  it('takes no answer for the part of a stream that was given up, not even during a pause of the next', () => {
    const { join } = company();
    const transform = new XorTransform({ later: true });
    const peer = join(transform);
    const other = join();
    peer.endpoint.streamNext(true);
    peer.receive('420134');
    peer.endpoint.close(1000, '');
    peer.receive('800134');
    other.receive('0101');
    other.endpoint.suspend();
    while (transform.answer());
    other.endpoint.resume();
    other.receive('79 80017a');
    expect(other.heard).toEqual(['text yz']);
    expect(peer.heard).toEqual(['start binary', 'held', 'closing', 'free']);
  });

  it('gives RSV1 a meaning only where one was agreed on', () => {
    const { join } = company();
    const agreed = join(new XorTransform());
    agreed.receive('c10134');
    const plain = join();
    plain.receive('c10134');
    agreed.receive('c10137');
    expect(agreed.heard).toEqual(['text a', 'text b']);
    expect(plain.heard).toEqual(['failed RESERVED_BITS', 'closing']);
  });

  it('of many connections gives each what it would hear alone, however their chunks alternate', () => {
    const conversation = fc.record({
      bytes: bytesToServer,
      sizes: chunkSizes,
      suspendAt: fc.nat(20),
      streams: fc.boolean(),
      closeAt: fc.option(fc.nat(20)),
    });
    fc.assert(
      fc.property(fc.array(conversation, { minLength: 2, maxLength: 4 }), fc.array(fc.nat(3)), (all, turns) => {
        const settings = new EndpointSettings({ role: 'server', maxMessageSize: 250 });
        const run = (shared: boolean, order: readonly number[]): string[][] => {
          const players = all.map(({ bytes, sizes, suspendAt, streams, closeAt }) => {
            const peer = new Peer('server', shared ? { settings } : { maxMessageSize: 250 });
            peer.endpoint.streamNext(streams);
            peer.after = () => {
              if (peer.heard.length === suspendAt) peer.endpoint.suspend();
              if (peer.heard.length === closeAt) peer.endpoint.close(1000, '');
            };
            return { peer, chunks: inChunks(bytes, sizes) };
          });
          const step = (at: number): void => {
            const chunk = players[at]?.chunks.shift();
            if (chunk !== undefined) players[at]?.peer.endpoint.receive(chunk);
          };
          for (const turn of order) step(turn);
          for (const [at, { peer, chunks }] of players.entries()) {
            while (chunks.length > 0) step(at);
            peer.endpoint.resume();
          }
          return players.map(({ peer }) => [...peer.heard, ...peer.sent()]);
        };
        expect(run(true, turns)).toEqual(run(false, []));
      }),
      { numRuns: 300 },
    );
  });
});

describe('ReceiverPool', () => {
  const settings = new EndpointSettings({ role: 'server' });

  it('keeps a few at hand, and the last used comes first', () => {
    const pool = new ReceiverPool(settings);
    const all = Array.from({ length: 100 }, () => pool.take());
    for (const receiver of all) pool.give(receiver);
    const again = Array.from({ length: 100 }, () => pool.take());
    expect(again[0]).toBe(all[15]);
    expect(again.filter((receiver) => all.includes(receiver))).toHaveLength(16);
  });

  it('makes receivers that are idle', () => {
    const receiver = new Receiver(settings);
    expect(receiver.idle).toBe(true);
    receiver.decoder.push(fromHex('82'));
    expect(receiver.idle).toBe(false);
  });
});
