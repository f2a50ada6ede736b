// A server around the echo endpoint, for a tester to be pointed at, with faults of its handshake besides those of its frames.

import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { acceptKey } from '../../src/wire/accept-key.ts';
import {
  agreed,
  answerFault,
  type DeflateParameters,
  formatDeflate,
  parseExtensions,
  readDeflate,
} from '../../src/wire/deflate-parameters.ts';
import { changeFields, encodeHead, type FieldChanges, type Head, readHead, valuesOf } from '../../src/wire/head.ts';
import { EchoEndpoint, type EchoFault } from './echo-endpoint.ts';

export interface EchoServerOptions {
  readonly faults?: readonly EchoFault[];
  /** Replaces fields of the response. */
  readonly fields?: FieldChanges;
  /** Replaces the status line. */
  readonly start?: string;
  /** What is written instead of the response; the socket ends after it. As a function: to the requests it has something for. */
  readonly instead?: string | ((request: Head) => string | undefined);
  /** Answers an offer of permessage-deflate with this; declines if left out. */
  readonly deflate?: DeflateParameters;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface EchoServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startEchoServer(options: EchoServerOptions = {}): Promise<EchoServer> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => serveSocket(socket, options);
  const server = options.tls
    ? createTlsServer({ ...options.tls, allowHalfOpen: true }, accept)
    : createServer({ allowHalfOpen: true }, accept);
  // The sockets under TLS, so that one whose handshake failed is ended too.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A TCP server has an address.');
  return {
    url: `${options.tls ? 'wss' : 'ws'}://127.0.0.1:${address.port}/`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function serveSocket(socket: Socket, options: EchoServerOptions): void {
  let bytes: Buffer = Buffer.alloc(0);
  let endpoint: EchoEndpoint | undefined;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    if (endpoint !== undefined) {
      endpoint.receive(chunk);
      return;
    }
    bytes = Buffer.concat([bytes, chunk]);
    const head = readHead(bytes);
    if (head === undefined) return;
    endpoint = answer(socket, head, options);
    endpoint?.receive(bytes.subarray(head.size));
  });
}

function answer(socket: Socket, head: Head, options: EchoServerOptions): EchoEndpoint | undefined {
  const { faults = [], fields = {}, start = 'HTTP/1.1 101 Switching Protocols' } = options;
  const instead = typeof options.instead === 'function' ? options.instead(head) : options.instead;
  if (instead !== undefined || valuesOf(head.fields, 'upgrade').length === 0) {
    socket.end(instead ?? 'HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n');
    return undefined;
  }
  const answered = options.deflate && chooseOffer(head, options.deflate);
  const good = changeFields(
    [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', acceptKey(valuesOf(head.fields, 'sec-websocket-key')[0] ?? '')],
      ...(answered ? [['Sec-WebSocket-Extensions', formatDeflate(answered.answer)] as const] : []),
    ],
    fields,
  );
  socket.write(encodeHead(start, good));
  return new EchoEndpoint(socket, 'server', new Set(faults), answered && agreed(answered.answer, answered.offer));
}

function chooseOffer(head: Head, answer: DeflateParameters) {
  const value = valuesOf(head.fields, 'sec-websocket-extensions').join(', ');
  for (const extension of parseExtensions(value) ?? []) {
    const offer = readDeflate(extension, 'client');
    if (typeof offer !== 'string' && answerFault(offer, answer) === undefined) return { answer, offer };
  }
  return undefined;
}
