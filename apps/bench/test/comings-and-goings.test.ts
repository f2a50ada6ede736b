import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ComingsAndGoings } from '../src/comings-and-goings.ts';
import { wsServer } from './support/ws-server.ts';

async function load(connected: (socket: WebSocket) => void): Promise<ComingsAndGoings> {
  return new ComingsAndGoings({ port: await wsServer(connected), lanes: 3 });
}

describe('comings and goings', () => {
  it('open and close one connection after the other, and tell what each took', async () => {
    let came = 0;
    const goings = await load(() => came++);
    goings.start();
    while (came < 20) await new Promise(setImmediate);
    const times = await goings.stop();
    expect(times).toHaveLength(came);
    expect(Math.min(...times)).toBeGreaterThan(0);
  });

  it('say so when the server says something else than goodbye', async () => {
    const goings = await load((socket) => socket.on('close', () => undefined).send('stay'));
    goings.start();
    await expect(goings.stop()).rejects.toThrow(/not what was sent|spoke first/);
  });

  it('say so when the server hangs up', async () => {
    const goings = await load((socket) => socket.terminate());
    goings.start();
    await expect(goings.stop()).rejects.toThrow();
  });
});
