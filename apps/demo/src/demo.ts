// The demo's server: the page over HTTP, and `/echo`, `/chat` and `/wire` over WebSocket, all on one port.
//
//   browser ── TCP ──► WireTap ── TCP ──► serve(): WebSocket by Framewire, everything else by node:http

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type NodeConnection, refuse, serve } from '@framewire/node-server';
import sirv from 'sirv';
import { startBot } from './bot.ts';
import { Operations } from './operations.ts';
import { Room } from './room.ts';
import { wireMessage } from './wire-message.ts';
import { type WirePiece, WireTap } from './wire-tap.ts';

/** A running demo. */
export interface Demo {
  readonly url: string;
  close(): Promise<void>;
}

type Endpoint = (connection: NodeConnection, query: string) => Promise<void>;

const PAGE = fileURLToPath(new URL('./page', import.meta.url));
/** Milliseconds in which a balancer can learn that the demo is no longer ready, before nobody is accepted any more. */
const NOTICE = 500;
/** How the demo goes down then: all are told within two seconds, 500 in a second or faster, and asked to come back a second later. */
const CLOSE = { deadline: 4000, rate: 500, retryAfter: 1000 };

/** Starts everything. Rejects with the system's error when the address cannot be had. */
export async function startDemo(host: string, port: number): Promise<Demo> {
  const page = sirv(PAGE);
  const operations = new Operations();
  const http = createServer((request, response) => {
    if (operations.answer(request, response)) return;
    page(request, response, () => {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Nothing here.\n');
    });
  });

  const room = new Room();
  const tap = new WireTap();
  const endpoints = new Map<string, Endpoint>([
    ['/echo', echo],
    ['/chat', (connection, query) => room.join(connection, new URLSearchParams(query))],
    ['/wire', (connection, query) => showWire(connection, query, tap)],
  ]);

  const server = await serve<Endpoint>((connection, request) => request.context(connection, request.query), {
    host: '127.0.0.1',
    port: 0,
    http,
    authorize: ({ path }) =>
      endpoints.get(path) ??
      refuse(404, { body: `No WebSocket here. There is one at ${[...endpoints.keys()].join(', ')}.\n` }),
  });

  operations.server = server;
  const inside = server.address as AddressInfo;
  try {
    await tap.listen({ host, port }, inside);
  } catch (error) {
    await server.close();
    throw error;
  }
  const stopBot = startBot(`ws://${urlHost(inside)}/chat`);
  const outside = tap.server.address() as AddressInfo;
  return {
    url: `http://${urlHost(outside)}/`,
    async close() {
      operations.ready = false;
      await setTimeout(NOTICE);
      tap.server.close();
      await stopBot();
      await server.close(CLOSE);
      tap.close();
      http.closeAllConnections();
    },
  };
}

async function echo(connection: NodeConnection): Promise<void> {
  for await (const message of connection) if (!connection.send(message)) await connection.drained();
}

/** Tells what passed, and what passes, over the connection with that tap. */
async function showWire(connection: NodeConnection, query: string, tap: WireTap): Promise<void> {
  const recording = tap.recording(query);
  if (recording === undefined) return;
  for (const piece of recording.pieces) connection.send(wireMessage(piece));
  const send = (piece: WirePiece) => connection.send(wireMessage(piece));
  recording.on('piece', send);
  await connection.closed;
  recording.off('piece', send);
}

function urlHost({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
