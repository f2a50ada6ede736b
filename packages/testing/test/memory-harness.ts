// The contract suite's harness for connections in memory: one end of a wire is the connection under test, the other is scripted.

import type { Message } from '@framewire/connection';
import type { CloseStatus } from '@framewire/protocol';
import type { ContractHarness, ContractPeer, ContractSession } from '../src/contract.ts';
import { memoryConnection } from '../src/memory-streams.ts';
import { MemoryWire, type WireEnd, type WireFrame } from '../src/memory-wire.ts';
import { turn } from '../src/turn.ts';

const URL = 'ws://memory/contract';
const SUBPROTOCOL = 'contract.framewire';
const MESSAGE_LIMIT = 1024 * 1024;

interface Receiver {
  resolve(message: Message): void;
  reject(error: Error): void;
}

class MemoryPeer implements ContractPeer {
  readonly closed: Promise<CloseStatus>;
  readonly #wire: MemoryWire;
  readonly #end: WireEnd;
  readonly #messages: Message[] = [];
  readonly #receivers: Receiver[] = [];
  readonly #senders: (() => void)[] = [];
  /** Of the message under way. */
  #chunks: Uint8Array[] = [];
  #type: 'text' | 'binary' = 'binary';
  #sentClose = false;
  #over = false;
  #resolveClosed: (status: CloseStatus) => void = () => {};

  constructor(wire: MemoryWire, end: WireEnd) {
    this.#wire = wire;
    this.#end = end;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    end.handler = {
      frame: (frame) => this.#take(frame),
      taken: () => {
        if (end.idle) for (const resolve of this.#senders.splice(0)) resolve();
      },
      broken: () => this.#finish({ code: 1006, reason: '' }),
    };
  }

  send(message: Message): Promise<void> {
    if (this.#sentClose || this.#over) return Promise.resolve();
    if (typeof message === 'string') this.#end.write({ kind: 'text', payload: new TextEncoder().encode(message) });
    else this.#end.write({ kind: 'binary', payload: new Uint8Array(message) });
    return new Promise((resolve) => this.#senders.push(resolve));
  }

  async sendStream(chunks: AsyncIterable<Uint8Array>, type: 'text' | 'binary'): Promise<void> {
    this.#end.write({ kind: 'begin', type });
    for await (const payload of chunks) {
      this.#end.write({ kind: 'part', payload });
      await new Promise<void>((resolve) => this.#senders.push(resolve));
    }
    this.#end.write({ kind: 'end' });
  }

  receive(): Promise<Message> {
    return new Promise((resolve, reject) => {
      const message = this.#messages.shift();
      if (message !== undefined) resolve(message);
      else if (this.#over) reject(new Error('No message can come any more.'));
      else this.#receivers.push({ resolve, reject });
    });
  }

  async close(code = 1005, reason = ''): Promise<void> {
    this.#sendClose({ code, reason });
  }

  async abort(): Promise<void> {
    this.#wire.cut(new Error('aborted'));
  }

  async stopReading(): Promise<void> {
    this.#end.pause();
  }

  async startReading(): Promise<void> {
    this.#end.resume();
  }

  #sendClose(status: CloseStatus): void {
    if (this.#sentClose || this.#over) return;
    this.#sentClose = true;
    this.#end.write({ kind: 'close', status });
  }

  #take(frame: WireFrame): void {
    if (frame.kind === 'begin') {
      this.#chunks = [];
      this.#type = frame.type;
      return;
    }
    if (frame.kind === 'part') {
      this.#chunks.push(frame.payload);
      return;
    }
    if (frame.kind === 'end') {
      this.#take({ kind: this.#type, payload: new Uint8Array(Buffer.concat(this.#chunks)) });
      return;
    }
    if (frame.kind === 'close') {
      this.#sendClose({ code: frame.status.code, reason: '' });
      this.#finish(frame.status);
      return;
    }
    const message =
      frame.kind === 'text' ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(frame.payload) : frame.payload;
    const receiver = this.#receivers.shift();
    if (receiver === undefined) this.#messages.push(message);
    else receiver.resolve(message);
  }

  #finish(status: CloseStatus): void {
    this.#over = true;
    this.#resolveClosed(status);
    for (const { reject } of this.#receivers.splice(0)) reject(new Error('No message can come any more.'));
    for (const resolve of this.#senders.splice(0)) resolve();
  }
}

/** @param likeBrowser whether the connection under test behaves as one in a browser */
export function memoryHarness(likeBrowser: boolean): ContractHarness {
  const receiveLimit = 4 * 1024 * 1024;
  const open = async (): Promise<ContractSession> => {
    const wire = new MemoryWire();
    const [one, two] = wire.ends;
    const connection = memoryConnection(one, {
      url: URL,
      subprotocol: SUBPROTOCOL,
      sendHighWater: 1024 * 1024,
      receiveHighWater: likeBrowser ? receiveLimit : 256 * 1024,
      maxMessageSize: MESSAGE_LIMIT,
      likeBrowser,
    });
    return {
      connection,
      peer: new MemoryPeer(wire, two),
      url: URL,
      subprotocol: SUBPROTOCOL,
      dispose: async () => {
        wire.cut();
        await turn();
      },
    };
  };
  return likeBrowser ? { kind: 'browser', receiveLimit, open } : { kind: 'node', messageLimit: MESSAGE_LIMIT, open };
}
