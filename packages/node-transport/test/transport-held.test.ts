// Frames that wait inside the endpoint, for a message to be restored or for somebody who can take one so large: the socket is not read
// meanwhile, and what is waited for goes on.

import { encodeFrame, type MessageTransform, type PartDecoder } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { SocketConnection } from '../src/node-connection.ts';
import { settle, type TransportOptions, type TransportSettings } from '../src/settings.ts';
import { FakeSocket } from './support/fake-socket.ts';

const BINARY = 2;

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

function connection(socket: FakeSocket, options: TransportOptions): SocketConnection {
  const settings = { ...settle({ keepalive: false, ...options }, 'client'), deflate: { transform: () => slow } };
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
