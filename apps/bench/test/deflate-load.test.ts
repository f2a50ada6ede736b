import { describe, expect, it, onTestFinished } from 'vitest';
import type { PerMessageDeflateOptions, WebSocket } from 'ws';
import { DeflateLoad } from '../src/deflate-load.ts';
import { wsServer } from './support/ws-server.ts';

const OPTIONS = { connections: 3, inflight: 4, size: 500 };

async function loading(
  perMessageDeflate: PerMessageDeflateOptions | false,
  answer: (socket: WebSocket, text: string) => void,
): Promise<DeflateLoad> {
  const port = await wsServer((socket) => socket.on('message', (data) => answer(socket, String(data))), {
    perMessageDeflate,
  });
  const load = await DeflateLoad.connect({ ...OPTIONS, port });
  onTestFinished(() => load.close());
  return load;
}

describe('the load that compresses', () => {
  it('inflates what comes back, counts it, and can go on after a pause', async () => {
    let came = 0;
    const load = await loading({ threshold: 0 }, (socket, text) => {
      came++;
      socket.send(text);
    });
    for (let time = 0; time < 2; time++) {
      const before = came;
      load.start();
      while (came < before + 60) await new Promise(setImmediate);
      expect(await load.stop()).toBe(came - before);
    }
  });

  it('says so when the server does not compress', async () => {
    const never = await loading(false, (socket, text) => socket.send(text));
    never.start();
    await expect(never.stop()).rejects.toThrow('does not compress');
    const seldom = await loading({ threshold: 1_000_000 }, (socket, text) => socket.send(text));
    seldom.start();
    await expect(seldom.stop()).rejects.toThrow('not one compressed frame');
  });

  it('says so when another text comes back', async () => {
    const load = await loading({ threshold: 0 }, (socket, text) => socket.send(text.replace('"id"', '"ID"')));
    load.start();
    await expect(load.stop()).rejects.toThrow('not what was sent');
  });
});
