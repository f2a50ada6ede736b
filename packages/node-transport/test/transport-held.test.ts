// Frames that wait inside the endpoint, for a message to be restored or for somebody who can take one so large: the socket is not read
// meanwhile, and what is waited for goes on.

import { encodeFrame, type MessageTransform, type PartDecoder } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { SocketConnection } from '../src/node-connection.ts';
import { settle, type TransportOptions, type TransportSettings } from '../src/settings.ts';
import { FakeSocket } from './support/fake-socket.ts';

const BINARY = 2;
const closeFrame: Uint8Array = encodeFrame({ opcode: 8, fin: true, rsv1: false, payload: Uint8Array.of(0x03, 0xe8) });

/** Restores nothing, a turn later, and tells nothing while it is paused. */
const slow: MessageTransform = {
  threshold: 0,
  encode: (_, done) => done(undefined),
  decode: (payload, _, done) => void setImmediate(done, payload),
  decodeParts(sink): PartDecoder {
    let paused = false;
    let tell: (() => void) | undefined;
    const go = (): void => {
      if (paused) return;
      const now = tell;
      tell = undefined;
      now?.();
    };
    return {
      push(part, _last, done) {
        setImmediate(() => {
          tell = () => {
            if (part.length > 0) sink.decoded(part);
            done();
          };
          go();
        });
      },
      pause: () => {
        paused = true;
      },
      resume: () => {
        paused = false;
        go();
      },
      close() {},
    };
  },
  close() {},
};

/** Makes 100,000 bytes of each message, at once. */
const inflating: MessageTransform = { ...slow, decode: (_payload, _limit, done) => done(new Uint8Array(100_000)) };

function connection(socket: FakeSocket, options: TransportOptions, codec = slow): SocketConnection {
  const settings = { ...settle({ keepalive: false, ...options }, 'client'), deflate: { transform: () => codec } };
  // Its deflate is a class with private parts, of which a connection needs one method.
  const one = new SocketConnection(
    socket,
    { url: 'ws://localhost/', subprotocol: '' },
    settings as unknown as TransportSettings,
    {
      ended() {},
    },
  );
  one.start(new Uint8Array(0));
  return one;
}

function frame(payload: string, rsv1: boolean): Uint8Array {
  return encodeFrame({ opcode: BINARY, fin: true, rsv1, payload: Buffer.from(payload) });
}

describe('a transport whose endpoint holds frames', () => {
  it('gets a message that is restored part by part, and what is behind it', async () => {
    const socket = new FakeSocket();
    const one = connection(socket, {});
    const texts: string[] = [];
    const reading = (async () => {
      for await (const stream of one.streams()) if (texts.push(await stream.text()) === 3) break;
    })();
    // Streams are asked for by then.
    await new Promise(setImmediate);
    socket.push(Buffer.concat([frame('first', true), frame('second', true), frame('third', false)]));
    await reading;
    expect(texts).toEqual(['first', 'second', 'third']);
    one.terminate();
  });

  it('gets a message that is restored as a whole when streams are asked for, and those behind it', async () => {
    const socket = new FakeSocket();
    const one = connection(socket, {});
    socket.push(frame('first', true));
    await new Promise(process.nextTick);
    expect(socket.isPaused()).toBe(true);
    const texts: string[] = [];
    for await (const stream of one.streams()) {
      if (texts.push(await stream.text()) === 3) break;
      // Comes before it is asked for.
      socket.push(frame(texts.length === 1 ? 'second' : 'third', false));
      await new Promise(setImmediate);
    }
    expect(texts).toEqual(['first', 'second', 'third']);
    one.terminate();
  });

  it('gets a message over maxMessageSize when somebody comes who takes streams', async () => {
    const socket = new FakeSocket();
    const one = connection(socket, { maxMessageSize: 4 });
    socket.push(Buffer.concat([frame('larger', false), frame('next', false)]));
    await new Promise(setImmediate);
    expect(socket.isPaused()).toBe(true);
    const sizes: number[] = [];
    for await (const stream of one.streams()) {
      let size = 0;
      for await (const part of stream) size += part.length;
      sizes.push(size);
      if (sizes.length === 2) break;
    }
    expect(sizes).toEqual([6, 4]);
    one.terminate();
  });
});

describe('a transport whose peer hangs up while frames are held', () => {
  it('delivers the message that is being restored, what is behind it and the Close before the end', async () => {
    const socket = new FakeSocket();
    const one = connection(socket, {});
    const messages: string[] = [];
    one.listen({ message: (message) => messages.push(String(Buffer.from(message))) });
    socket.push(Buffer.concat([frame('first', true), frame('second', true), frame('third', false), closeFrame]));
    socket.push(null);
    expect(await one.closed).toMatchObject({ code: 1000, reason: '' });
    expect(messages).toEqual(['first', 'second', 'third']);
  });

  it('delivers the rest of a stream that is restored as fast as it is read', async () => {
    const socket = new FakeSocket();
    const one = connection(socket, { receiveHighWater: 1 });
    const parts: string[] = [];
    const reading = (async () => {
      for await (const stream of one.streams())
        for await (const part of stream) {
          parts.push(String(Buffer.from(part)));
          await new Promise(setImmediate);
        }
    })();
    await new Promise(setImmediate);
    const pieces = ['one', 'two', 'three'].map((payload, index) =>
      encodeFrame({
        opcode: index === 0 ? BINARY : 0,
        fin: index === 2,
        rsv1: index === 0,
        payload: Buffer.from(payload),
      }),
    );
    socket.push(Buffer.concat([...pieces, closeFrame]));
    socket.push(null);
    await reading;
    expect(parts).toEqual(['one', 'two', 'three']);
    expect(await one.closed).toMatchObject({ code: 1000 });
  });

  it('restores nothing for which the reader has no room: the end comes behind what is read', async () => {
    const socket = new FakeSocket();
    const one = connection(socket, { receiveHighWater: 200_000, messagesPerTurn: 3 }, inflating);
    socket.push(Buffer.concat([...Array.from({ length: 20 }, () => frame('bomb', true)), closeFrame]));
    socket.push(null);
    await new Promise(setImmediate);
    expect(one.state).toBe('open');
    let count = 0;
    for await (const _ of one) count++;
    expect(count).toBe(20);
    expect(await one.closed).toMatchObject({ code: 1000 });
  });

  it('restores nothing for which there is no room when the socket is gone', async () => {
    const socket = new FakeSocket();
    const one = connection(socket, { receiveHighWater: 250_000, messagesPerTurn: 2 }, inflating);
    socket.push(Buffer.concat(Array.from({ length: 20 }, () => frame('bomb', true))));
    // Two were delivered, and it is others' turn.
    socket.destroy();
    await one.closed;
    const sizes: number[] = [];
    const reading = (async () => {
      for await (const message of one) sizes.push(message.length);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'LOST' });
    expect(sizes).toEqual([100_000, 100_000, 100_000]);
  });
});
