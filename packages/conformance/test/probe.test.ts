import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { NoWebSocket } from '../src/failure.ts';
import { probe } from '../src/probe.ts';
import { startEchoServer } from './support/echo-server.ts';

/** Runs `use` with the port of a server that answers each handshake with this, or not at all. */
async function withServer(answer: string | undefined, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer();
  server.on('upgrade', (_, socket) => {
    if (answer !== undefined) socket.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('a probe', () => {
  it('is content with a server that opens a connection', async () => {
    const server = await startEchoServer();
    await probe(server.url);
    await server.close();
  });

  it('leaves it to the cases to say what is wrong with a 101', async () => {
    await withServer('HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n\r\n', async (port) => {
      await probe(`ws://127.0.0.1:${port}/`);
    });
  });

  it.each([
    ['HTTP/1.1 404 Not Found\r\n\r\n', 'received 404.'],
    ['220 mail.example\r\n\r\n', 'received the line “220 mail.example”.'],
    ['', 'received the end of the TCP connection.'],
    [undefined, 'received nothing more in time.'],
  ])('of a server that answers %j says so', async (answer, told) => {
    await withServer(answer, async (port) => {
      const probed = probe(`ws://127.0.0.1:${port}/`, { timeout: 300 });
      await expect(probed).rejects.toThrow(NoWebSocket);
      await expect(probed).rejects.toThrow(
        `No WebSocket connection could be opened. Expected a response with 101, and ${told} Check the URL`,
      );
    });
  });

  it('rejects with what the system says when nothing listens', async () => {
    let free = 0;
    await withServer('', async (port) => {
      free = port;
    });
    await expect(probe(`ws://127.0.0.1:${free}/`)).rejects.toThrow('ECONNREFUSED');
  });
});
