import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { permessageDeflateClient } from '@framewire/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMany, RawClient } from '../src/raw-client.ts';
import { wsServer } from './support/ws-server.ts';

async function plainServer(answer: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('RawClient', () => {
  it('opens, says which extensions were agreed on, and hands on what comes', async () => {
    const port = await wsServer((socket) => socket.on('message', (message) => socket.send(message)), {
      perMessageDeflate: true,
    });
    const extensions = [permessageDeflateClient()];
    const client = await RawClient.open({ port, webSocket: true, extensions });
    onTestFinished(() => client.destroy());
    expect(client.extensions.map(({ name }) => name)).toEqual(['permessage-deflate']);
    const came = new Promise<Buffer>((resolve, reject) => {
      client.listen({ received: (chunk) => resolve(Buffer.from(chunk)), ended: reject });
    });
    client.write(Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0x2a]));
    expect([...(await came)]).toEqual([0x82, 0x01, 0x2a]);
  });

  it('says that the server declined, spoke first, or went away', async () => {
    const declined = await plainServer('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    await expect(RawClient.open({ port: declined, webSocket: true })).rejects.toThrow('404');
    const gone = await plainServer('');
    await expect(RawClient.open({ port: gone, webSocket: true })).rejects.toThrow('in the handshake');
    const hasty = await wsServer((socket) => socket.send('before anything'));
    const opening = RawClient.open({ port: hasty, webSocket: true });
    // In one segment with the response or not, which is up to the system: refused, or heard by whoever listens.
    await opening.then((client) => client.destroy()).catch((error) => expect(error.message).toContain('spoke first'));
  });

  it('opens many', async () => {
    const port = await wsServer(() => undefined);
    const clients = await openMany(120, () => ({ port, webSocket: true }), 50);
    for (const client of clients) client.destroy();
    expect(clients).toHaveLength(120);
  });

  it('needs no handshake with a server that has none', async () => {
    const port = await plainServer('hello');
    const client = await RawClient.open({ port, webSocket: false });
    const came = new Promise<string>((resolve) => {
      client.listen({ received: (chunk) => resolve(Buffer.from(chunk).toString()), ended: () => undefined });
    });
    client.write(Buffer.from('x'));
    expect(await came).toBe('hello');
    client.destroy();
  });
});
