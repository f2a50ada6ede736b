import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { foreignMemory, socketMemory } from '../src/payload-memory.ts';
import { FakeSocket } from './support/fake-socket.ts';
import { tcpPair } from './support/pairs.ts';
import { rig } from './support/rig.ts';
import { Wire } from './support/wire.ts';

const knowsTransfer = 'transfer' in ArrayBuffer.prototype;

describe('socketMemory and foreignMemory', () => {
  it.each([1, 64, 16_383, 16_384, 1 << 20])(
    'allocate plain arrays of %i bytes with a buffer to themselves',
    (length) => {
      for (const memory of [socketMemory, foreignMemory]) {
        const bytes = memory.allocate(length);
        expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
        expect(bytes).toHaveLength(length);
        expect(bytes.buffer.byteLength).toBe(length);
      }
    },
  );
});

describe('socketMemory', () => {
  it('gives a large buffer back at once, where the engine can, and leaves a small one to it', () => {
    const large = new Uint8Array(randomBytes(16_384));
    const small = new Uint8Array(randomBytes(16_383));
    socketMemory.release?.(large);
    socketMemory.release?.(small);
    expect(large.buffer.byteLength).toBe(knowsTransfer ? 0 : 16_384);
    expect(small.buffer.byteLength).toBe(16_383);
  });

  it('leaves memory alone that others share, or of an engine that cannot', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(20_000));
    socketMemory.release?.(shared);
    expect(shared).toHaveLength(20_000);
  });
});

describe('foreignMemory', () => {
  it('releases nothing, for a chunk may be what the other side has written', () => {
    expect(foreignMemory.release).toBe(undefined);
  });
});

describe('a message of many chunks', () => {
  const payload = randomBytes(1 << 20);
  const frame = new Wire('server').binary(payload);

  it('comes whole from a socket, and leaves nothing of most of its chunks', async () => {
    const { near, far } = await tcpPair();
    const { messages, transport } = rig(near);
    const chunks: Uint8Array[] = [];
    near.on('data', (chunk: Uint8Array) => void chunks.push(chunk));
    far.write(frame);
    while (messages.length === 0) await nextTurn();
    transport.terminate();
    expect(Buffer.compare(messages[0] as Uint8Array, payload)).toBe(0);
    const large = chunks.filter(({ length, buffer }) => length === 0 || buffer.byteLength >= 16_384);
    const kept = large.filter(({ length }) => length > 0);
    // The first, with the header; the one before there was room for all; and the last.
    if (knowsTransfer) expect(kept.length).toBeLessThanOrEqual(3);
    else expect(kept).toHaveLength(large.length);
  });

  it('leaves the chunks as they are that a stream hands over which is no socket', async () => {
    const socket = new FakeSocket();
    const { messages } = rig(socket);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < frame.length; at += 65_536) {
      const chunk = Buffer.from(new Uint8Array(frame.subarray(at, at + 65_536)).buffer);
      chunks.push(chunk);
      socket.push(chunk);
    }
    while (messages.length === 0) await nextTurn();
    expect(Buffer.compare(messages[0] as Uint8Array, payload)).toBe(0);
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(frame.length);
  });
});
