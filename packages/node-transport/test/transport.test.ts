// The way of a message in and out: nothing lost, nothing reordered, few writes, bounded queues, and a turn for everyone.

import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { encodeMessage } from '@framewire/protocol';
import { chunkings, SeededRandom } from '@framewire/testing';
import { describe, expect, it, vi } from 'vitest';
import { FakeSocket } from './support/fake-socket.ts';
import { KINDS, tcpPair, tlsPair } from './support/pairs.ts';
import { rig } from './support/rig.ts';
import { readFrames, Wire } from './support/wire.ts';

const MIB = 1024 * 1024;
const wire = new Wire('server');

/** Waits for what takes an unknown number of turns. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

describe.each(KINDS)('a connection over $name', ({ open }) => {
  it.each(['server', 'client'] as const)('delivers and sends text and binary as a %s', async (role) => {
    const { near, far } = await open();
    const peer = new Wire(role);
    const { messages, transport } = rig(near, { role });
    far.write(Buffer.concat([peer.text('héllo 👋'), peer.binary(Uint8Array.of(1, 2, 3)), peer.text('')]));
    await until(() => messages.length === 3);
    expect(messages).toEqual(['héllo 👋', Uint8Array.of(1, 2, 3), '']);
    expect(transport.send('héllo 👋')).toBe(true);
    expect(transport.send(Uint8Array.of(1, 2, 3))).toBe(true);
    expect(transport.send('')).toBe(true);
    const chunks: Uint8Array[] = [];
    far.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    await until(() => readFrames(chunks, role).length === 3);
    expect(readFrames(chunks, role)).toEqual(['text héllo 👋', 'binary 3', 'text']);
    transport.terminate();
  });

  it('delivers what came behind the head, wherever it was cut', async () => {
    const bytes = Buffer.concat([wire.text('one'), wire.ping('p'), wire.text('two'), wire.text('three')]);
    for (let cut = 0; cut <= bytes.length; cut += 3) {
      const { near, far } = await open();
      const one = rig(near, { first: new Uint8Array(bytes.subarray(0, cut)) });
      // A copy: some streams hand over what they are given, and it is unmasked where it lies.
      far.write(Buffer.from(bytes.subarray(cut)));
      await until(() => one.messages.length === 3);
      expect(one.messages).toEqual(['one', 'two', 'three']);
      one.transport.terminate();
    }
  });

  it('delivers messages that stay as they are and do not hold on to the chunks of the socket', async () => {
    const { near, far } = await open();
    const { messages, transport } = rig(near);
    for (let i = 0; i < 20; i++) far.write(wire.binary(new Uint8Array(5000).fill(i)));
    await until(() => messages.length === 20);
    for (const [i, message] of messages.entries()) {
      expect((message as Uint8Array).every((byte) => byte === i)).toBe(true);
      expect((message as Uint8Array).buffer.byteLength).toBeLessThan(64 * 1024);
    }
    transport.terminate();
  });

  it('carries large messages both ways at once, with both sides reading', async () => {
    const { near, far } = await open();
    const server = rig(near, { maxMessageSize: 8 * MIB });
    const client = rig(far, { role: 'client' });
    const big = Buffer.alloc(6 * MIB, 'framewire');
    server.transport.send(big);
    client.transport.send(big);
    await until(() => server.messages.length === 1 && client.messages.length === 1);
    for (const { messages } of [server, client]) expect(big.equals(messages[0] as Uint8Array)).toBe(true);
    server.transport.terminate();
  }, 30_000);

  it('comes through when both sides send more than the other reads, and begin to read later', async () => {
    const { near, far } = await open();
    const sides = [rig(near, { listens: false }), rig(far, { role: 'client', listens: false })];
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const sent = sides.map(({ transport }) => {
      let count = 1;
      while (transport.send(chunk)) count++;
      return count;
    });
    for (let i = 0; i < 100; i++) await nextTurn();
    const read = sides.map(async ({ transport }, side) => {
      let count = 0;
      for await (const message of transport.inbox) {
        expect(message.length).toBe(chunk.length);
        if (++count === sent[1 - side]) break;
      }
    });
    await Promise.all(read);
    for (const { transport } of sides) transport.terminate();
  }, 30_000);

  it('comes through when both sides send much and read at the same time, each at the pace of the other', async () => {
    const { near, far } = await open();
    const sides = [rig(near, { listens: false }), rig(far, { role: 'client', listens: false })];
    const chunk = Buffer.alloc(256 * 1024, 'x');
    const COUNT = 40;
    const sending = sides.map(async ({ transport }) => {
      for (let i = 0; i < COUNT; i++) if (!transport.send(chunk)) await transport.drained();
    });
    const reading = sides.map(async ({ transport }) => {
      let count = 0;
      for await (const message of transport.inbox) {
        expect(message.length).toBe(chunk.length);
        if (++count === COUNT) break;
      }
    });
    await Promise.all([...sending, ...reading]);
    for (const { transport } of sides) transport.terminate();
  }, 30_000);

  it('sends what is queued before its Close, to a peer that begins to read late', async () => {
    const { near, far } = await open();
    const { transport } = rig(near);
    const sent: string[] = [];
    for (let i = 0; transport.send(Buffer.alloc(10_000 + i)); i++) sent.push(`binary ${10_000 + i}`);
    sent.push(`binary ${10_000 + sent.length}`);
    void transport.close(4000, 'bye');
    for (let i = 0; i < 20; i++) await nextTurn();
    const chunks: Uint8Array[] = [];
    far.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    await until(() => Buffer.concat(chunks).includes('bye'));
    expect(readFrames(chunks, 'server')).toEqual([...sent, 'close 4000 bye']);
    far.end(wire.close(4000));
    expect((await transport.closed).clean).toBe(true);
  });
});

describe('reading', () => {
  it('gives the same messages however the stream is cut', async () => {
    const bytes = Buffer.concat([
      wire.text('first'),
      wire.frame(2, Uint8Array.of(1, 2), false),
      wire.ping('between'),
      wire.frame(0, Uint8Array.of(3)),
      wire.text('x'.repeat(200)),
      wire.close(1000, 'done'),
    ]);
    for (const { name, chunks } of chunkings(bytes, new SeededRandom(7), 60)) {
      const socket = new FakeSocket();
      const { transport, messages, clock } = rig(socket, { messagesPerTurn: 2 });
      for (const chunk of chunks) socket.push(chunk);
      socket.push(null);
      const closure = await transport.closed;
      expect(messages, name).toEqual(['first', Uint8Array.of(1, 2, 3), 'x'.repeat(200)]);
      expect(closure, name).toMatchObject({ code: 1000, reason: 'done', clean: true });
      expect(readFrames(socket.written, 'server'), name).toEqual(['pong between', 'close 1000']);
      expect(clock.pending).toBe(0);
    }
  });

  it('delivers nothing before there is a consumer, and then everything', async () => {
    const { near, far } = await tcpPair();
    const { transport } = rig(near, { listens: false });
    for (let i = 0; i < 10; i++) far.write(wire.text(String(i)));
    await until(() => far.writableLength === 0);
    for (let i = 0; i < 10; i++) await nextTurn();
    const got: unknown[] = [];
    for await (const message of transport.inbox) {
      got.push(message);
      if (got.length === 10) break;
    }
    expect(got).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    transport.terminate();
  });

  it('stops when too much is unread, so that the peer has to wait, and goes on when it was read', async () => {
    const { near, far } = await tcpPair();
    const { transport } = rig(near, { listens: false, receiveHighWater: 100_000 });
    const frame = wire.text('x'.repeat(1000));
    let written = 0;
    let isStuck = false;
    while (!isStuck) {
      for (let i = 0; i < 500; i++, written++) far.write(frame);
      for (let i = 0; i < 50; i++) await nextTurn();
      isStuck = far.writableLength > MIB;
    }
    let count = 0;
    for await (const message of transport.inbox) {
      expect(message.length).toBe(1000);
      if (++count === written) break;
    }
    expect(far.writableLength).toBe(0);
    transport.terminate();
  }, 30_000);

  it('holds no more than the high-water mark and what one read brought, however small the messages', async () => {
    const { near, far } = await tcpPair();
    const { transport } = rig(near, { listens: false, receiveHighWater: 100_000 });
    far.write(wire.repeat(wire.text('x'), 500_000));
    for (let i = 0; i < 100; i++) await nextTurn();
    // A message costs 64 and two bytes a character, so the queue is full with 1516 of them.
    let waiting = 0;
    const push = vi.spyOn(transport.inbox, 'push').mockImplementation(() => {});
    const iterator = transport.inbox[Symbol.asyncIterator]() as AsyncIterator<unknown>;
    transport.terminate();
    for (;;) {
      const result = await iterator.next().catch(() => ({ done: true }));
      if (result.done === true) break;
      waiting++;
    }
    expect(waiting).toBe(1516);
    push.mockRestore();
  });

  it('stays stopped when what was held back is too much again, and when too much came behind the head', async () => {
    const socket = new FakeSocket();
    const many = wire.repeat(wire.text('hello'), 1000);
    const { transport } = rig(socket, { listens: false, receiveHighWater: 1000, first: many });
    await nextTurn();
    expect(socket.isPaused()).toBe(true);
    const iterator = transport.inbox[Symbol.asyncIterator]();
    for (let i = 0; i < 100; i++) expect(await iterator.next()).toEqual({ value: 'hello', done: false });
    await nextTurn();
    expect(socket.isPaused()).toBe(true);
    for (let i = 0; i < 900; i++) await iterator.next();
    expect(socket.isPaused()).toBe(false);
    transport.terminate();
  });

  it('reads on for the Close when nobody reads the messages', async () => {
    const { near, far } = await tcpPair();
    const { transport } = rig(near, { listens: false, receiveHighWater: 1000 });
    far.write(Buffer.concat([wire.repeat(wire.text('x'.repeat(100)), 20_000), wire.close(1000)]));
    far.resume().on('end', () => far.end());
    for (let i = 0; i < 20; i++) await nextTurn();
    expect(transport.state).toBe('open');
    expect(await transport.close(4000, '')).toMatchObject({ code: 1000, clean: true });
  });
});

describe('writing', () => {
  it('answers a chunk of messages with one write', async () => {
    const { near, far } = await tcpPair();
    const write = vi.spyOn(near, '_write');
    const writev = vi.spyOn(near, '_writev' as '_write');
    const { transport, messages } = rig(near, {
      messagesPerTurn: 1_000_000,
      onMessage: (message, { send }) => void send.call(transport, message),
    });
    far.write(wire.repeat(wire.text('hello'), 1000));
    await until(() => messages.length === 1000);
    // The peer's 11 KB may come in a few reads.
    expect(write.mock.calls.length + writev.mock.calls.length).toBeLessThanOrEqual(3);
    transport.terminate();
  });

  it('answers from an async loop in as many writes as there are reads', async () => {
    const { near, far } = await tcpPair();
    const write = vi.spyOn(near, '_write');
    const { transport } = rig(near, { listens: false, messagesPerTurn: 1_000_000 });
    let count = 0;
    const loop = (async () => {
      for await (const message of transport.inbox) {
        transport.send(message);
        if (++count === 1000) break;
      }
    })();
    far.write(wire.repeat(wire.text('hello'), 1000));
    await loop;
    await nextTurn();
    expect(write.mock.calls.length).toBeLessThanOrEqual(3);
    transport.terminate();
  });

  it('sends frames that were encoded before, as they are', async () => {
    const socket = new FakeSocket();
    const { transport } = rig(socket);
    const encoded = shareFrames(encodeMessage('for all'));
    expect(transport.sendShared(encoded)).toBe(true);
    await nextTurn();
    expect(readFrames(socket.written, 'server')).toEqual(['text for all']);
    transport.terminate();
    expect(transport.sendShared(encoded)).toBe(false);
  });

  it('says when to wait, and when to go on', async () => {
    const socket = new FakeSocket({ takes: false });
    let drains = 0;
    const { transport } = rig(socket, { sendHighWater: 1000, listens: false });
    transport.inbox.listen({ message: () => {}, drained: () => void drains++ });
    expect(transport.send('x'.repeat(900))).toBe(true);
    expect(transport.send('x'.repeat(900))).toBe(false);
    const drained = transport.drained();
    let isDrained = false;
    void drained.then(() => {
      isDrained = true;
    });
    await nextTurn();
    expect([isDrained, drains]).toEqual([false, 0]);
    socket.release();
    await drained;
    expect(drains).toBe(1);
    expect(transport.bufferedAmount).toBe(0);
    expect(transport.send('x')).toBe(true);
    transport.terminate();
  });

  it('opens the gate also when everything leaves in the turn it was sent in', async () => {
    const { near, far } = await tcpPair();
    far.resume();
    const { transport } = rig(near, { sendHighWater: 10 });
    expect(transport.send('more than ten')).toBe(false);
    await transport.drained();
    expect(transport.send('short')).toBe(true);
    transport.terminate();
  });
});

describe('a peer that reads too slowly', () => {
  it('is closed with 1008 behind what is queued, and we learn why', async () => {
    const socket = new FakeSocket({ takes: false });
    const { transport } = rig(socket, { sendHighWater: 1000, maxSendQueue: 2000 });
    while (transport.bufferedAmount <= 2000) transport.send('x'.repeat(500));
    expect(transport.state).toBe('open');
    expect(transport.send('one too many')).toBe(false);
    expect(transport.state).toBe('closing');
    await expect(transport.drained()).rejects.toMatchObject({ code: 'SLOW_CONSUMER' });
    socket.release();
    await nextTurn();
    expect(readFrames(socket.written, 'server').at(-1)).toBe('close 1008 Reading too slowly.');
    socket.push(wire.close(1008));
    socket.push(null);
    expect(await transport.closed).toMatchObject({ code: 1008, clean: true, error: { code: 'SLOW_CONSUMER' } });
  });

  it('misses messages when told so, and nothing else', async () => {
    const socket = new FakeSocket({ takes: false });
    const { transport } = rig(socket, { sendHighWater: 1000, maxSendQueue: 2000, slowConsumer: 'drop' });
    let sent = 0;
    for (; transport.bufferedAmount <= 2000; sent++) transport.send('x'.repeat(500));
    for (let i = 0; i < 10; i++) expect(transport.send('dropped')).toBe(false);
    expect(transport.sendShared(shareFrames(encodeMessage('dropped')))).toBe(false);
    const drained = transport.drained();
    socket.release();
    await drained;
    expect(transport.send('again')).toBe(true);
    await nextTurn();
    const frames = readFrames(socket.written, 'server');
    expect(frames.length).toBe(sent + 1);
    expect(frames.at(-1)).toBe('text again');
    transport.terminate();
  });

  it('is not one that was sent much in one turn', async () => {
    const { near, far } = await tcpPair();
    far.resume();
    const { transport } = rig(near, { sendHighWater: 1000, maxSendQueue: 20_000 });
    for (let i = 0; i < 100; i++) transport.send('x'.repeat(10_000));
    expect(transport.state).toBe('open');
    await transport.drained();
    transport.terminate();
  });

  it('gets a message larger than the whole queue', async () => {
    const { near, far } = await tcpPair();
    const { transport } = rig(near, { sendHighWater: 1000, maxSendQueue: 2000 });
    expect(transport.send(Buffer.alloc(10 * MIB))).toBe(false);
    far.resume();
    await transport.drained();
    expect(transport.state).toBe('open');
    transport.terminate();
  });
});

describe('turns', () => {
  it('yields after so many messages, in the middle of a chunk, and goes on in the next turn', async () => {
    const socket = new FakeSocket();
    const { messages, transport } = rig(socket, { messagesPerTurn: 10 });
    await nextTurn();
    socket.push(wire.repeat(wire.text('x'), 35));
    const counts = [messages.length];
    while (messages.length < 35) {
      await nextTurn();
      counts.push(messages.length);
    }
    expect(counts).toEqual([10, 20, 30, 35]);
    transport.terminate();
  });

  it('counts control frames, too', async () => {
    const socket = new FakeSocket();
    const { transport } = rig(socket, { messagesPerTurn: 10 });
    await nextTurn();
    socket.push(Buffer.concat([wire.repeat(wire.ping(), 5), wire.repeat(wire.pong(), 5), wire.ping('last')]));
    expect(readFrames(socket.written, 'server')).toEqual(['pong', 'pong', 'pong', 'pong', 'pong']);
    await nextTurn();
    expect(readFrames(socket.written, 'server').at(-1)).toBe('pong last');
    transport.terminate();
  });

  it('yields after so many bytes of a socket that has more', async () => {
    const socket = new FakeSocket();
    const { transport, messages } = rig(socket, { bytesPerTurn: 128 * 1024, listens: true });
    await nextTurn();
    const frame = wire.binary(new Uint8Array(64 * 1024 - 8));
    expect(frame.length).toBe(64 * 1024);
    const pause = vi.spyOn(socket, 'pause');
    socket.push(frame);
    expect(pause).not.toHaveBeenCalled();
    socket.push(frame);
    expect(pause).toHaveBeenCalledTimes(1);
    await nextTurn();
    expect(socket.isPaused()).toBe(false);
    // A read that did not fill the buffer has emptied the socket.
    socket.push(frame);
    socket.push(wire.text('short'));
    socket.push(frame);
    expect(pause).toHaveBeenCalledTimes(1);
    expect(messages.length).toBe(5);
    transport.terminate();
  });

  it('yields also under TLS, which gives what was read in records of at most 16 KiB', async () => {
    const { near, far } = await tlsPair();
    const pause = vi.spyOn(near, 'pause');
    const { transport, messages } = rig(near, { listens: true });
    far.write(wire.repeat(wire.binary(new Uint8Array(8 * 1024)), 128));
    await until(() => messages.length === 128);
    expect(pause.mock.calls.length).toBeGreaterThanOrEqual(8);
    transport.terminate();
  });

  it('gives others theirs while one peer floods', async () => {
    const [flood, quiet] = [await tcpPair(), await tcpPair()];
    const flooded = rig(flood.near);
    rig(quiet.near, { onMessage: (message, transport) => transport.send(message) });
    flood.far.write(wire.repeat(wire.text('x'), 100_000));
    await until(() => flooded.messages.length > 0);
    const before = flooded.messages.length;
    quiet.far.write(wire.text('my turn'));
    await once(quiet.far, 'data');
    // Some turns pass until the answer has gone through the kernel twice; without turns all 100,000 would have come first.
    expect(flooded.messages.length - before).toBeLessThan(20_000);
    await until(() => flooded.messages.length === 100_000);
    flooded.transport.terminate();
  });

  it('does not go on in a turn that comes after the end', async () => {
    const socket = new FakeSocket();
    const { messages, transport } = rig(socket, { messagesPerTurn: 10 });
    await nextTurn();
    socket.push(wire.repeat(wire.text('x'), 35));
    transport.terminate();
    await nextTurn();
    await nextTurn();
    expect(messages.length).toBe(10);
  });

  it('lets a consumer that is behind and a turn that is over wait for each other', async () => {
    const socket = new FakeSocket();
    const { transport } = rig(socket, { messagesPerTurn: 3, receiveHighWater: 300, listens: false });
    await nextTurn();
    socket.push(wire.repeat(wire.text('xxxxx'), 50));
    const got: unknown[] = [];
    for await (const message of transport.inbox) {
      got.push(message);
      if (got.length % 7 === 0) await nextTurn();
      if (got.length === 50) break;
    }
    expect(got.length).toBe(50);
    expect(socket.isPaused()).toBe(false);
    transport.terminate();
  });
});

import { shareFrames } from '../src/shared-frames.ts';
