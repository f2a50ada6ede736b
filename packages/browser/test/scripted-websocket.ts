// A WebSocket that does what a test says, for what no real one does on demand: amounts that stay unsent, ends that never come.

import type { Connection } from '@framewire/connection';
import { FakeClock } from '@framewire/testing';
import { onTestFinished, vi } from 'vitest';
import { type ConnectOptions, connect } from '../src/index.ts';

type Handler = ((event: Event) => void) | null;

/** What a CloseEvent says. */
export interface Ended {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

export class ScriptedWebSocket extends EventTarget {
  readonly url: string;
  readonly protocols: readonly string[];
  protocol = '';
  binaryType = 'blob';
  readyState = 0;
  /** For the test to set: nothing is ever sent by itself. */
  bufferedAmount = 0;
  readonly sent: unknown[] = [];
  readonly closes: unknown[][] = [];
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  onclose: Handler = null;
  /** Throws, when there is something wrong with what is to be sent. */
  check: (message: unknown) => void = () => {};

  constructor(url: string, protocols: readonly string[] = []) {
    super();
    this.url = url;
    this.protocols = protocols;
    this.protocol = protocols[0] ?? '';
  }

  send(message: unknown): void {
    this.check(message);
    this.sent.push(message);
  }

  /** Checks its arguments in every state, as the WebSockets Standard has it, and does nothing when it is closing already. */
  close(code?: number, reason = ''): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`${code} is no code for a script.`, 'InvalidAccessError');
    }
    if (new TextEncoder().encode(reason).length > 123) throw new DOMException('The reason is too long.', 'SyntaxError');
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.closes.push(code === undefined ? [] : [code, reason]);
  }

  open(): void {
    this.readyState = 1;
    this.#tell('open', {});
  }

  deliver(data: string | ArrayBuffer): void {
    this.#tell('message', { data });
  }

  fail(error?: Error): void {
    this.#tell('error', error === undefined ? {} : { error });
  }

  end(ended: Ended): void {
    this.readyState = 3;
    this.#tell('close', ended);
  }

  #tell(type: 'open' | 'message' | 'error' | 'close', properties: object): void {
    const event = Object.assign(new Event(type), properties);
    this[`on${type}`]?.(event);
    this.dispatchEvent(event);
  }
}

/** Puts scripted WebSockets in place of real ones until the test is over, and returns those that were made. */
export function scriptWebSockets(): readonly ScriptedWebSocket[] {
  const made: ScriptedWebSocket[] = [];
  vi.stubGlobal(
    'WebSocket',
    class extends ScriptedWebSocket {
      constructor(url: string, protocols?: readonly string[]) {
        super(url, protocols);
        made.push(this);
      }
    },
  );
  onTestFinished(() => void vi.unstubAllGlobals());
  return made;
}

export interface ScriptedSession {
  readonly connection: Connection;
  readonly socket: ScriptedWebSocket;
  readonly clock: FakeClock;
}

/** An open connection over a scripted WebSocket, and the clock it waits by. */
export async function openScripted(options: ConnectOptions = {}): Promise<ScriptedSession> {
  const sockets = scriptWebSockets();
  const clock = new FakeClock();
  const opening = connect('ws://scripted/', { clock, ...options });
  const [socket] = sockets;
  if (socket === undefined) throw new Error('No WebSocket was made.');
  socket.open();
  return { connection: await opening, socket, clock };
}
