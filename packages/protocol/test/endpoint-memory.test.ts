// What a peer can make an endpoint hold: as much as it sent, with a small factor, and never what it only claims.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { BufferSink } from '../src/buffer-sink.ts';
import { Endpoint } from '../src/endpoint.ts';
import type { EndpointHandler } from '../src/endpoint-handler.ts';
import { EndpointSettings } from '../src/endpoint-settings.ts';
import { Peer, type PeerOptions } from './peer.ts';
import { fromHex, uint } from './vectors/wire.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const KIB = 1024;
/** What the engine takes for itself meanwhile. */
const SLACK = 512 * KIB;

/** Bytes in use, on the heap and in array buffers, when all garbage is gone. */
function inUse(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How many bytes more are in use after `act` than before. */
function growth(act: () => void): number {
  const before = inUse();
  act();
  return inUse() - before;
}

function peerWithoutLimits(options: PeerOptions = {}): Peer {
  const most = Number.MAX_SAFE_INTEGER;
  return new Peer('client', { maxMessageSize: most, maxFragments: most, ...options });
}

/** Warmed up, so that what is compiled on the way does not count as the peer's. */
function measured(bytesPerRound: Uint8Array, rounds: number): { readonly peer: Peer; readonly grown: number } {
  for (let round = 0; round < 3; round++) {
    const warm = peerWithoutLimits();
    for (let count = 0; count < 20_000; count++) warm.endpoint.receive(bytesPerRound);
  }
  const peer = peerWithoutLimits();
  const grown = growth(() => {
    for (let round = 0; round < rounds; round++) peer.endpoint.receive(bytesPerRound);
  });
  return { peer, grown };
}

describe('memory', () => {
  it.each([2n ** 31n - 1n, 2n ** 31n + 1n, 2n ** 32n, 2n ** 53n - 1n])(
    'is not taken for a claimed length of %i',
    (length) => {
      const peer = peerWithoutLimits();
      const grown = growth(() => {
        peer.receiveRaw(`02 03 616263 80 7f ${uint(length - 3n, 8)} 64`);
        peer.receiveRaw('65');
      });
      expect(peer.heard).toEqual([]);
      expect(grown).toBeLessThan(SLACK);
    },
  );

  it('of one-byte fragments, each in a large read of its own, follows the bytes', () => {
    const read = new Uint8Array(64 * KIB).subarray(0, 3);
    const peer = peerWithoutLimits();
    read.set([0x02, 1, 0]);
    peer.endpoint.receive(read);
    read[0] = 0x00;
    // 65,535 more: what a legitimate message may have when the limit is raised.
    const grown = growth(() => {
      for (let fragment = 1; fragment < 65_536; fragment++) {
        read[2] = fragment;
        peer.endpoint.receive(read);
      }
    });
    expect(grown).toBeLessThan(2 * 64 * KIB + SLACK);
    peer.receiveRaw('8000');
    expect(peer.messages).toHaveLength(1);
    expect(
      Buffer.compare(
        peer.messages[0] as Uint8Array,
        Uint8Array.from({ length: 65_536 }, (_, at) => at),
      ),
    ).toBe(0);
  });

  it('of empty fragments is nothing', () => {
    const peer = peerWithoutLimits();
    peer.receiveRaw('0200');
    const thousand = fromHex('0000'.repeat(1000));
    const grown = growth(() => {
      for (let round = 0; round < 2000; round++) peer.endpoint.receive(thousand);
    });
    expect(grown).toBeLessThan(SLACK);
  });

  it('of a frame that comes byte by byte follows the bytes', () => {
    const peer = peerWithoutLimits();
    peer.receiveRaw(`82 7f ${uint(1 << 20, 8)}`);
    const grown = growth(() => {
      for (let at = 0; at < (1 << 20) - 1; at++) peer.endpoint.receive(new Uint8Array(1));
    });
    expect(grown).toBeLessThan(2 * (1 << 20) + SLACK);
    peer.receiveRaw('00');
    expect(peer.messages[0]).toHaveLength(1 << 20);
  });

  it('of text that comes byte by byte follows the bytes, too', () => {
    const peer = peerWithoutLimits();
    peer.receiveRaw(`81 7f ${uint(1 << 18, 8)}`);
    const grown = growth(() => {
      for (let at = 0; at < (1 << 18) - 1; at++) peer.endpoint.receive(Uint8Array.of(0x61));
    });
    expect(grown).toBeLessThan(2 * (1 << 18) + SLACK);
    peer.receiveRaw('61');
    expect(peer.heard).toEqual([`text ${'a'.repeat(1 << 18)}`]);
  });

  it('of parts that fill half of their reads is at most twice the message', () => {
    const peer = peerWithoutLimits();
    peer.receiveRaw(`82 7f ${uint(1 << 20, 8)}`);
    const grown = growth(() => {
      for (let at = 0; at < 1 << 20; at += 4096)
        peer.endpoint.receive(new Uint8Array(8192).subarray(0, at + 4096 < 1 << 20 ? 4096 : 4095));
    });
    expect(grown).toBeLessThan(2 * (1 << 20) + SLACK);
  });

  it('of parts that fill their reads, with single bytes between them, follows the bytes', () => {
    const peer = peerWithoutLimits();
    peer.receiveRaw('0200');
    const single = fromHex('000100');
    const head = fromHex('007e 1000');
    const rounds = 1000;
    const grown = growth(() => {
      for (let round = 0; round < rounds; round++) {
        peer.endpoint.receive(single.slice());
        peer.endpoint.receive(head.slice());
        peer.endpoint.receive(new Uint8Array(4096));
      }
    });
    expect(grown).toBeLessThan(1.2 * rounds * 4097 + SLACK);
    peer.receiveRaw('8000');
    expect(peer.messages[0]).toHaveLength(rounds * 4097);
  });

  it.each([
    ['of exactly maxMessageSize', 1 << 20, 1 << 20],
    ['of 2^40 where that is allowed', 2 ** 40, Number.MAX_SAFE_INTEGER],
  ])('for a whole message is not allocated by a header %s, nor by less than half of the bytes', (_, length, limit) => {
    const allocated: number[] = [];
    const memory = {
      allocate(size: number): Uint8Array {
        allocated.push(size);
        return new Uint8Array(size);
      },
    };
    const peer = peerWithoutLimits({ maxMessageSize: limit, memory });
    const grown = growth(() => {
      peer.receiveRaw(`82 7f ${uint(BigInt(length), 8)}`);
    });
    expect(grown).toBeLessThan(16 * KIB);
    for (let chunk = 0; chunk < 7; chunk++) peer.endpoint.receive(new Uint8Array(64 * KIB));
    expect(allocated).toEqual([]);
    peer.endpoint.receive(new Uint8Array(64 * KIB));
    expect(allocated).toEqual(length === 1 << 20 ? [1 << 20] : []);
  });

  it('of a text that came in parts is released when it is decoded', () => {
    const released: Uint8Array[] = [];
    const memory = {
      allocate: (size: number) => new Uint8Array(size),
      release: (bytes: Uint8Array) => released.push(bytes),
    };
    const peer = peerWithoutLimits({ memory });
    peer.receiveRaw('81 05 6162');
    peer.receiveRaw('636465');
    expect(peer.heard).toEqual(['text abcde']);
    expect(released).toEqual([Uint8Array.from(Buffer.from('abcde'))]);
  });

  it('of messages that are dropped after close is nothing', () => {
    const peer = peerWithoutLimits();
    peer.endpoint.close(1000, '');
    peer.receiveRaw(`02 00 80 7f ${uint(64 << 20, 8)}`);
    const part = new Uint8Array(64 * KIB);
    const grown = growth(() => {
      for (let round = 0; round < 1000; round++) peer.endpoint.receive(part);
    });
    expect(grown).toBeLessThan(SLACK);
  });

  it.each([
    ['close', (peer: Peer) => peer.endpoint.close(1000, '')],
    ['the end of the transport', (peer: Peer) => peer.endpoint.receiveEnd()],
  ] as const)('of a message under way is given back by %s', (_, act) => {
    const peer = peerWithoutLimits();
    const grown = growth(() => {
      peer.receiveRaw(`02 7f ${uint(1 << 20, 8)}`);
      peer.endpoint.receive(new Uint8Array(1 << 20));
      act(peer);
    });
    expect(peer.heard).toHaveLength(1);
    expect(grown).toBeLessThan(SLACK);
  });

  it('of a read is not held when the read is over', () => {
    const peer = peerWithoutLimits();
    peer.endpoint.receive(fromHex(`81 01 61 82 7e 0080 ${'00'.repeat(128)} 89 01 61`.repeat(20)));
    const read = ((): WeakRef<ArrayBufferLike> => {
      const chunk = new Uint8Array(64 * KIB);
      chunk.set(fromHex(`82 7e 0080 ${'00'.repeat(128)} 81 01 61 02 03 616263 89 01`));
      peer.endpoint.receive(chunk.subarray(0, 200));
      return new WeakRef(chunk.buffer);
    })();
    return new Promise<void>((resolve) => {
      // A WeakRef holds its target until the turn that made it is over.
      setImmediate(() => {
        collectGarbage();
        expect(read.deref()).toBe(undefined);
        resolve();
      });
    });
  });

  it('is given back by a violation', () => {
    const peer = peerWithoutLimits();
    const grown = growth(() => {
      peer.receiveRaw(`02 7f ${uint(1 << 20, 8)}`);
      peer.endpoint.receive(new Uint8Array(1 << 20));
      peer.receiveRaw('8300');
    });
    expect(peer.heard).toEqual(['failed RESERVED_OPCODE', 'closing']);
    expect(grown).toBeLessThan(SLACK);
  });

  it('of small messages that are kept is theirs, not that of the reads they came in', () => {
    const read = new Uint8Array(64 * KIB);
    read.set(fromHex('820400010203'));
    const { peer, grown } = measured(read.subarray(0, 6), 1000);
    expect(peer.messages).toHaveLength(1000);
    expect(grown).toBeLessThan(1000 * KIB);
  });

  it('of an idle endpoint is its own 128 bytes, also after messages came in parts', () => {
    const settings = new EndpointSettings({ role: 'client', maskingKey: () => 0 });
    const handler: EndpointHandler = { text() {}, binary() {}, ping() {}, pong() {}, stateChanged() {}, failed() {} };
    const out = new BufferSink();
    const count = 20_000;
    const kept: Endpoint[] = [];
    const grown = growth(() => {
      for (let made = 0; made < count; made++) {
        const endpoint = new Endpoint(handler, out, settings);
        for (const part of ['01', '0161', '0001c3', '8001', 'a9 8201', '62 8a00']) endpoint.receive(fromHex(part));
        kept.push(endpoint);
      }
    });
    // The list itself takes 8 bytes each, and up to half as much again for what comes.
    expect(grown / count).toBeLessThan(128 + 16 + SLACK / count);
    expect(kept).toHaveLength(count);
  });

  it('of a connection that is gone is kept by none that go on', async () => {
    const settings = new EndpointSettings({ role: 'client', maskingKey: () => 0 });
    const gone = ((): WeakRef<Peer> => {
      const peer = new Peer('client', { settings });
      peer.receive('810161 890162');
      peer.endpoint.receiveEnd();
      return new WeakRef(peer);
    })();
    // A WeakRef holds on until the turn in which it was made is over.
    await new Promise(setImmediate);
    collectGarbage();
    expect(gone.deref()).toBeUndefined();
    expect(new Peer('client', { settings }).endpoint.state).toBe('open');
  });
});
