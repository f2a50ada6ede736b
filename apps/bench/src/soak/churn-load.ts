// Clients that come at a steady rate, say one thing, hear one thing, and go, in every way there is: closed by the client, closed by the server,
// reset, refused, given up in the middle of the handshake. All but the rude ones use our own client.

import { randomBytes } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import { connect, HandshakeError, type NodeConnection } from '@framewire/node-client';
import { requestFrame } from '../load-frames.ts';
import { RawClient } from '../raw-client.ts';
import { FAREWELL_PATH, PATIENCE, REFUSED_PATH } from './server-kinds.ts';

export interface ChurnOptions {
  readonly port: number;
  /** Connections a second. */
  readonly rate: number;
}

/** How a connection comes to its end. */
export type Way = 'closed by the client' | 'closed by the server' | 'reset' | 'refused' | 'given up';

/** What happened since the start. */
export interface ChurnState {
  readonly begun: number;
  /** Connections that went as they should. */
  readonly done: Readonly<Record<Way, number>>;
  /** What went wrong, and how often. */
  readonly failed: Readonly<Record<string, number>>;
  /** Connections that did not come, because as many as come in a second were under way: a machine that is too busy is not buried. */
  readonly skipped: number;
  /** Connections under way now, and at most. */
  readonly underWay: number;
  readonly most: number;
}

/** Of twenty, in turns. */
const WAYS: readonly Way[] = Array.from({ length: 20 }, (_, index): Way => {
  if (index === 5) return 'reset';
  if (index === 10) return 'refused';
  if (index === 15) return 'given up';
  return index % 2 === 0 ? 'closed by the client' : 'closed by the server';
});
const GREETING = 'how do you do';

export class ChurnLoad {
  readonly #port: number;
  readonly #rate: number;
  readonly #done: Record<Way, number> = {
    'closed by the client': 0,
    'closed by the server': 0,
    reset: 0,
    refused: 0,
    'given up': 0,
  };
  readonly #failed: Map<string, number> = new Map();
  #begun = 0;
  #skipped = 0;
  #underWay = 0;
  #most = 0;
  #paused = false;
  #timer: NodeJS.Timeout | undefined;
  #idle: (() => void) | undefined;

  constructor({ port, rate }: ChurnOptions) {
    this.#port = port;
    this.#rate = rate;
  }

  start(): void {
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedAt) * this.#rate) / 1000);
      while (!this.#paused && this.#begun + this.#skipped < due) {
        if (this.#underWay >= this.#rate) this.#skipped++;
        else void this.#visit(WAYS[this.#begun++ % WAYS.length] ?? 'refused');
      }
    }, 1);
  }

  state(): ChurnState {
    return {
      begun: this.#begun,
      done: { ...this.#done },
      failed: Object.fromEntries(this.#failed),
      skipped: this.#skipped,
      underWay: this.#underWay,
      most: this.#most,
    };
  }

  /** Lets nobody come for a moment, and resolves when all who were there have gone. Who should have come meanwhile comes afterwards. */
  async pause(): Promise<void> {
    this.#paused = true;
    await this.#gone();
  }

  resume(): void {
    this.#paused = false;
  }

  /** Lets nobody come any more, and waits for those who are there. */
  async stop(): Promise<ChurnState> {
    clearInterval(this.#timer);
    await this.#gone();
    return this.state();
  }

  async #gone(): Promise<void> {
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
  }

  async #visit(way: Way): Promise<void> {
    this.#underWay++;
    this.#most = Math.max(this.#most, this.#underWay);
    try {
      await VISITS[way](this.#port);
      this.#done[way]++;
    } catch (error) {
      const why = `${way}: ${(error as Error).message}`;
      this.#failed.set(why, (this.#failed.get(why) ?? 0) + 1);
    }
    this.#underWay--;
    if (this.#underWay === 0) this.#idle?.();
  }
}

const VISITS: Readonly<Record<Way, (port: number) => Promise<void>>> = {
  'closed by the client': async (port) => {
    const connection = await connect(`ws://127.0.0.1:${port}/`, PATIENCE);
    await talk(connection);
    expectClean(await connection.close(1000), 'the client');
  },
  'closed by the server': async (port) => {
    const connection = await connect(`ws://127.0.0.1:${port}${FAREWELL_PATH}`, PATIENCE);
    await talk(connection);
    expectClean(await connection.closed, 'the server');
  },
  reset: async (port) => {
    const client = await RawClient.open({ port, webSocket: true });
    await new Promise<void>((resolve, reject) => {
      client.listen({ received: () => resolve(), ended: (error) => reject(error ?? new Error('ended early')) });
      client.write(requestFrame(randomBytes(20)));
    });
    client.reset();
  },
  refused: async (port) => {
    try {
      (await connect(`ws://127.0.0.1:${port}${REFUSED_PATH}`, PATIENCE)).terminate();
    } catch (error) {
      if (error instanceof HandshakeError) return;
      throw error;
    }
    throw new Error('was let in');
  },
  'given up': (port) =>
    new Promise((resolve, reject) => {
      const socket = connectSocket({ port, host: '127.0.0.1' });
      socket.on('error', reject);
      socket.on('close', resolve);
      socket.on('connect', () => socket.write('GET / HTTP/1.1\r\nHost:', () => socket.resetAndDestroy()));
    }),
};

/** One message each way. */
async function talk(connection: NodeConnection): Promise<void> {
  const came = new Promise<unknown>((resolve) => {
    connection.listen({
      message: resolve,
      closed: ({ code }) => resolve(new Error(`ended with ${code} before a word`)),
    });
  });
  connection.send(GREETING);
  const message = await came;
  if (message instanceof Error) throw message;
  if (message !== GREETING) throw new Error('came back changed');
}

function expectClean({ code, clean }: { readonly code: number; readonly clean: boolean }, closer: string): void {
  if (code !== 1000 || !clean)
    throw new Error(`not closed with 1000 by ${closer}, but ${clean ? '' : 'uncleanly '}with ${code}`);
}
