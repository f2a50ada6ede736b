// An endpoint never throws on what the peer sent; any chunking and suspension gives the same events and answers; it ends once.

import { BufferSink } from '../src/buffer-sink.ts';
import { Endpoint, type EndpointHandler } from '../src/endpoint.ts';
import type { Role } from '../src/role.ts';
import type { Random } from './random.ts';
import { same } from './same.ts';
import { randomWire } from './wire.ts';

class Side implements EndpointHandler {
  readonly out = new BufferSink();
  readonly lines: string[] = [];
  readonly endpoint: Endpoint;
  readonly #act: ((endpoint: Endpoint) => void) | undefined;

  constructor(role: Role, act?: (endpoint: Endpoint) => void) {
    const limits = { maxMessageSize: 1000, maxFragments: 5, maxQueuedPongs: 2 };
    this.endpoint = new Endpoint(this, this.out, { ...limits, role, maskingKey: () => 0x01020304 });
    this.#act = act;
  }

  readonly text = (message: string): void => this.#heard(`text ${message}`);
  readonly binary = (message: Uint8Array): void => this.#heard(`binary ${message.join()}`);
  readonly ping = (payload: Uint8Array): void => this.#heard(`ping ${payload.join()}`);
  readonly pong = (payload: Uint8Array): void => this.#heard(`pong ${payload.join()}`);
  readonly stateChanged = (state: string): void => this.#heard(state);
  readonly failed = (error: Error): void => this.#heard(error.message);

  #heard(line: string): void {
    this.lines.push(line);
    this.#act?.(this.endpoint);
  }
}

/** One run. */
export function fuzzMessages(random: Random): void {
  const role = random.pick<Role>(['client', 'server']);
  const bytes = randomWire(random, role);
  const closing = random.oneIn(8);
  const whole = new Side(role);
  if (closing) whole.endpoint.close(1000, 'first');
  whole.endpoint.receive(bytes.slice());
  const cut = new Side(role, (endpoint) => random.oneIn(3) && endpoint.suspend());
  if (closing) cut.endpoint.close(1000, 'first');
  for (const chunk of random.chunks(bytes)) {
    cut.endpoint.receive(chunk);
    if (random.oneIn(2)) cut.endpoint.resume();
  }
  for (let rest = 0; rest < 100; rest++) cut.endpoint.resume();
  for (const side of [whole, cut]) side.endpoint.receiveEnd();
  same('events', cut.lines, whole.lines);
  same('answers', cut.out.take().join(), whole.out.take().join());
  same('ends', cut.lines.filter((line) => line === 'closed').length, 1);
}
