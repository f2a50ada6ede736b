// What only a scripted WebSocket shows; the rest of the contract is in contract.test.ts.

import type { Message } from '@framewire/connection';
import { describe, expect, it } from 'vitest';
import { openScripted } from './scripted-websocket.ts';

const KIB = 1024;

describe('a connection over a native WebSocket', () => {
  it('asks for bytes, not for blobs', async () => {
    const { socket } = await openScripted();
    expect(socket.binaryType).toBe('arraybuffer');
  });

  describe('sending', () => {
    it('says how much the WebSocket holds', async () => {
      const { connection, socket } = await openScripted();
      socket.bufferedAmount = 123;
      expect(connection.bufferedAmount).toBe(123);
    });

    it('asks to wait over the high-water mark, until half of it is left', async () => {
      const { connection, socket } = await openScripted({ sendHighWater: 100 });
      socket.bufferedAmount = 100;
      expect(connection.send('x')).toBe(true);
      socket.bufferedAmount = 101;
      expect(connection.send('x')).toBe(false);
      socket.bufferedAmount = 51;
      expect(connection.send('x')).toBe(false);
      socket.bufferedAmount = 50;
      await connection.drained();
      expect(connection.send('x')).toBe(true);
    });

    it('looks again and again while there is something to wait for, and then no more', async () => {
      const { connection, socket, clock } = await openScripted({ sendHighWater: 100 });
      let [drains, isDrained] = [0, false];
      connection.listen({ message: () => {}, drained: () => void drains++ });
      expect(clock.pending).toBe(0);
      socket.bufferedAmount = 101;
      connection.send('x');
      connection.send('x');
      expect(clock.pending).toBe(1);
      const drained = connection.drained().then(() => {
        isDrained = true;
      });
      await clock.advanceAsync(1000);
      expect([isDrained, drains, clock.pending]).toEqual([false, 0, 1]);
      socket.bufferedAmount = 50;
      await clock.advanceAsync(32);
      await drained;
      expect([isDrained, drains, clock.pending]).toEqual([true, 1, 0]);
      socket.bufferedAmount = 101;
      expect(connection.send('x')).toBe(false);
      socket.bufferedAmount = 0;
      await clock.advanceAsync(8);
      expect([drains, clock.pending]).toEqual([2, 0]);
    });

    it('comes in time when the peer does not answer a close', async () => {
      const { connection, socket, clock } = await openScripted();
      const closing = connection.close(4000, 'bye');
      expect(socket.closes).toEqual([[4000, 'bye']]);
      await clock.advanceAsync(4999);
      expect(connection.state).toBe('closing');
      await clock.advanceAsync(1);
      const closure = await closing;
      expect(closure).toMatchObject({ code: 1006, clean: false, error: { code: 'CLOSE_TIMEOUT' } });
      expect(closure.sent).toEqual({ code: 4000, reason: 'bye' });
      expect([connection.state, clock.pending]).toEqual(['closed', 0]);
      socket.deliver('late');
      socket.end({ code: 4000, reason: '', wasClean: true });
      expect(await connection.closed).toBe(closure);
    });

    it('waits longer while what is queued still moves', async () => {
      const { connection, socket, clock } = await openScripted();
      socket.bufferedAmount = 300;
      const closing = connection.close();
      for (const amount of [200, 100, 0]) {
        socket.bufferedAmount = amount;
        await clock.advanceAsync(5000);
        expect(connection.state).toBe('closing');
      }
      await clock.advanceAsync(5000);
      expect((await closing).error?.code).toBe('CLOSE_TIMEOUT');
    });

    it('copies memory that the WebSocket refuses, such as shared memory', async () => {
      const { connection, socket } = await openScripted();
      socket.check = (message) => {
        if ((message as Uint8Array).buffer instanceof SharedArrayBuffer) throw new TypeError('shared');
      };
      const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 3);
      shared.set([1, 2, 3]);
      expect(connection.send(shared)).toBe(true);
      expect(socket.sent).toEqual([Uint8Array.of(1, 2, 3)]);
    });

    it('hands over views as they are', async () => {
      const { connection, socket } = await openScripted();
      const view = new Uint8Array(16).subarray(4, 8);
      connection.send(view);
      expect(socket.sent[0]).toBe(view);
    });

    it('rejects waits when the peer is closing, at the next look', async () => {
      const { connection, socket, clock } = await openScripted({ sendHighWater: 100 });
      socket.bufferedAmount = 101;
      connection.send('x');
      const waiting = connection.drained();
      socket.readyState = 2;
      await clock.advanceAsync(32);
      await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' });
      await expect(connection.drained()).rejects.toMatchObject({ code: 'CLOSED' });
      expect(connection.state).toBe('closing');
      expect(connection.send('late')).toBe(false);
      expect(socket.sent).toEqual(['x']);
    });
  });

  describe('receiving', () => {
    it('closes with 4009 when more is unread than it may hold, and drops what comes then', async () => {
      const { connection, socket } = await openScripted({ maxReceiveQueue: 10 * KIB });
      const chunk = 4 * KIB;
      for (let i = 0; i < 4; i++) socket.deliver(new Uint8Array(chunk).fill(i).buffer);
      expect(socket.closes.map(([code]) => code)).toEqual([4009]);
      expect(connection.state).toBe('closing');
      await expect(connection.drained()).rejects.toMatchObject({ code: 'QUEUE_OVERFLOW' });
      socket.end({ code: 4009, reason: '', wasClean: true });
      const closure = await connection.closed;
      expect(closure).toMatchObject({
        code: 4009,
        clean: true,
        sent: { code: 4009 },
        error: { code: 'QUEUE_OVERFLOW' },
      });
      const messages: Message[] = [];
      const reading = (async () => {
        for await (const message of connection) messages.push(message);
      })();
      await expect(reading).rejects.toBe(closure.error);
      expect(messages.map((message) => message[0])).toEqual([0, 1, 2]);
    });

    it('counts text by what it takes in memory', async () => {
      const { connection, socket } = await openScripted({ maxReceiveQueue: 10 * KIB });
      socket.deliver('x'.repeat(5 * KIB));
      expect(connection.state).toBe('closing');
    });

    it('holds any number of messages that are read', async () => {
      const { connection, socket } = await openScripted({ maxReceiveQueue: KIB });
      let count = 0;
      connection.listen({ message: () => void count++ });
      for (let i = 0; i < 100; i++) socket.deliver(new ArrayBuffer(KIB));
      expect([count, connection.state]).toEqual([100, 'open']);
    });

    it('closes with 4011 when the listener throws, and keeps what it threw', async () => {
      const { connection, socket } = await openScripted();
      const error = new Error('in message');
      connection.listen({
        message: () => {
          throw error;
        },
      });
      socket.deliver('1');
      socket.deliver('2');
      expect(socket.closes).toEqual([[4011, '']]);
      await expect(connection.drained()).rejects.toMatchObject({ code: 'LISTENER_FAILED', cause: error });
      socket.end({ code: 4011, reason: '', wasClean: true });
      expect((await connection.closed).error).toMatchObject({ code: 'LISTENER_FAILED', cause: error });
    });

    it('says why it closed first, when the listener throws on what was unread', async () => {
      const { connection, socket } = await openScripted({ maxReceiveQueue: KIB });
      socket.deliver(new ArrayBuffer(2 * KIB));
      connection.listen({
        message: () => {
          throw new Error('in message');
        },
      });
      socket.end({ code: 4009, reason: '', wasClean: true });
      expect((await connection.closed).error?.code).toBe('QUEUE_OVERFLOW');
    });
  });

  describe('the end', () => {
    it('is lost, with the cause where the runtime tells one', async () => {
      const { connection, socket, clock } = await openScripted();
      const cause = new Error('ECONNRESET');
      socket.bufferedAmount = 10;
      socket.fail(cause);
      socket.fail(new Error('again'));
      socket.end({ code: 1006, reason: '', wasClean: false });
      const closure = await connection.closed;
      expect(closure).toMatchObject({ code: 1006, reason: '', clean: false, error: { code: 'LOST', cause } });
      expect(closure).not.toHaveProperty('received');
      expect([connection.state, connection.bufferedAmount, clock.pending]).toEqual(['closed', 0, 0]);
    });

    it('is unclean when the Close of the peer came, and the WebSocket says so', async () => {
      const { connection, socket } = await openScripted();
      socket.end({ code: 1000, reason: 'half', wasClean: false });
      expect(await connection.closed).toMatchObject({
        code: 1000,
        reason: 'half',
        clean: false,
        error: { code: 'LOST' },
      });
    });

    it('leaves no timer behind when it comes as it should', async () => {
      const { connection, socket, clock } = await openScripted({ sendHighWater: 10 });
      socket.bufferedAmount = 11;
      connection.send('x');
      const closing = connection.close();
      socket.end({ code: 1000, reason: '', wasClean: true });
      expect(await closing).toMatchObject({ code: 1000, clean: true });
      expect(clock.pending).toBe(0);
    });

    it('is what the peer makes it, when the peer closed first', async () => {
      const { connection, socket } = await openScripted();
      socket.readyState = 2;
      const closing = connection.close(4000);
      socket.end({ code: 1001, reason: '', wasClean: true });
      const closure = await closing;
      expect(closure).toMatchObject({ code: 1001, clean: true });
      expect(closure).not.toHaveProperty('sent');
    });
  });
});
