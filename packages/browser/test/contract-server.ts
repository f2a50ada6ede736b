// What pages connect to in tests. It takes any Origin, since it listens on 127.0.0.1 only and holds nothing.
//
//   /control    drives a session: says which path it has, and does with its peer as it is told (control-messages.ts)
//   /session/n  the peer of the connection under test
//   /echo       says everything again; but on `reset` it breaks the connection, on `deaf` it leaves all unanswered, a Close too, and on
//               `nonsense` it sends what is no frame
//   /silent     never answers
//   else        refused with 404

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { acceptKey, type CloseStatus } from '@framewire/protocol';
import type { Command, Report } from './control-messages.ts';
import { ServerSocket } from './server-socket.ts';

export interface ContractServer {
  /** Such as `ws://127.0.0.1:1234`. */
  readonly url: string;
  close(): Promise<void>;
}

type Open = (socket: Socket, early: Uint8Array) => void;

export async function startContractServer(): Promise<ContractServer> {
  const sessions = new Map<string, Session>();
  const sockets = new Set<Socket>();
  const http = createServer((_, response) => response.writeHead(404).end());
  let count = 0;

  function route(path: string): Open | undefined {
    if (path === '/echo') return echo;
    if (path !== '/control') return sessions.get(path)?.open;
    return (socket, early) => {
      const name = `/session/${++count}`;
      sessions.set(name, new Session(socket, early, name));
      socket.on('close', () => sessions.delete(name));
    };
  }

  http.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  http.on('upgrade', (request: IncomingMessage, socket: Socket, early: Buffer) => {
    socket.on('error', () => {});
    if (request.url === '/silent') return;
    const open = route(request.url ?? '');
    if (open === undefined) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    socket.write(`${switching(request)}\r\n\r\n`);
    open(socket, early);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      http.close();
      await once(http, 'close');
    },
  };
}

/** The response that completes the handshake; the first subprotocol offered is chosen. */
function switching({ headers }: IncomingMessage): string {
  const [subprotocol] = headers['sec-websocket-protocol']?.split(/\s*,\s*/) ?? [];
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptKey(headers['sec-websocket-key'] ?? '')}`,
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ].join('\r\n');
}

function echo(socket: Socket, early: Uint8Array): void {
  let deaf = false;
  const end = new ServerSocket(socket, early, {
    message: (message) => {
      // What came in one chunk with it was read with it.
      if (deaf) return;
      deaf = message === 'deaf';
      if (message === 'reset') end.reset();
      else if (deaf) end.pause();
      else if (message === 'nonsense') socket.write(Uint8Array.of(0xff, 0));
      else void end.send(message);
    },
  });
}

class Session {
  readonly #control: ServerSocket;
  #peer: ServerSocket | undefined;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(socket: Socket, early: Uint8Array, path: string) {
    this.#control = new ServerSocket(socket, early, {
      message: (message) => {
        if (typeof message === 'string') void this.#obey(JSON.parse(message) as Command);
        else this.#bytes = message;
      },
      // The test is over.
      closed: () => this.#peer?.reset(),
    });
    this.#report({ say: 'ready', path });
  }

  /** The connection under test has come. */
  readonly open: Open = (socket, early) => {
    let received: CloseStatus | undefined;
    this.#peer = new ServerSocket(socket, early, {
      message: (message) => {
        if (typeof message === 'string') this.#report({ say: 'text', text: message });
        else void this.#control.send(message);
      },
      closing: (status) => {
        received = status;
        this.#report({ say: 'closing', status });
      },
      closed: () => {
        if (received === undefined) this.#report({ say: 'closing', status: { code: 1006, reason: '' } });
        this.#report({ say: 'closed' });
      },
    });
  };

  async #obey(command: Command): Promise<void> {
    if (command.do === 'send') await this.#peer?.send(command.text);
    else if (command.do === 'sendBytes') await this.#peer?.send(this.#bytes);
    else if (command.do === 'close') this.#peer?.close(command.status.code, command.status.reason);
    else if (command.do === 'abort') this.#peer?.reset();
    else if (command.do === 'stopReading') this.#peer?.pause();
    else this.#peer?.resume();
    this.#report({ say: 'done', id: command.id });
  }

  #report(report: Report): void {
    void this.#control.send(JSON.stringify(report));
  }
}
