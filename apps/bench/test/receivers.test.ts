import { describe, expect, it, onTestFinished } from 'vitest';
import type { WebSocket, WebSocketServer } from 'ws';
import { Receivers } from '../src/receivers.ts';
import { wsServer } from './support/ws-server.ts';

const OPTIONS = { receivers: 5, size: 64, burst: 4 };

/** A server that broadcasts each burst with this. */
async function receiving(
  send: (server: WebSocketServer, message: Buffer, from: WebSocket) => void,
): Promise<Receivers> {
  const port = await wsServer((socket, server) => {
    socket.on('message', (data) => {
      const burst = data as Buffer;
      for (let at = 0; at < burst.length; at += OPTIONS.size) {
        send(server, burst.subarray(at, at + OPTIONS.size), socket);
      }
    });
  });
  const receivers = await Receivers.connect({ ...OPTIONS, port });
  onTestFinished(() => receivers.close());
  return receivers;
}

describe('the receivers of a broadcast', () => {
  it('get bursts one after the other, count what everybody got, and can go on after a pause', async () => {
    let sent = 0;
    const receivers = await receiving((server, message) => {
      sent++;
      for (const client of server.clients) client.send(message);
    });
    for (let time = 0; time < 2; time++) {
      const before = sent;
      receivers.start();
      while (sent < before + 40) await new Promise(setImmediate);
      expect(await receivers.stop()).toBe((sent - before) * OPTIONS.receivers);
    }
  });

  it('say so when one of them gets something else', async () => {
    const receivers = await receiving((server, message, from) => {
      for (const client of server.clients) client.send(client === from ? message : Buffer.alloc(OPTIONS.size));
    });
    receivers.start();
    await expect(receivers.stop()).rejects.toThrow('not what was sent');
  });

  it('say so when the server sends one of them away', async () => {
    const receivers = await receiving((_server, _message, from) => from.terminate());
    receivers.start();
    await expect(receivers.stop()).rejects.toThrow();
  });
});
