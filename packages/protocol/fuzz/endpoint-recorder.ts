// One endpoint with everything it says written down, one line a call, so that two of them can be compared.

import { BufferSink } from '../src/buffer-sink.ts';
import { Endpoint } from '../src/endpoint.ts';
import type { EndpointHandler } from '../src/endpoint-handler.ts';
import { type EndpointOptions, EndpointSettings } from '../src/endpoint-settings.ts';
import type { ProtocolError } from '../src/errors.ts';
import type { MessageTransform } from '../src/message-transform.ts';
import type { Role } from '../src/role.ts';

/** An endpoint and the record of it. */
export class EndpointRecorder implements EndpointHandler {
  readonly out: BufferSink = new BufferSink();
  readonly lines: string[] = [];
  readonly messages: (string | Uint8Array)[] = [];
  readonly endpoint: Endpoint;
  error: ProtocolError | undefined;
  readonly #act: ((endpoint: Endpoint) => void) | undefined;

  /** @param act called in the middle of each call */
  constructor(
    role: Role,
    options: Partial<Omit<EndpointOptions, 'role'>>,
    act?: (endpoint: Endpoint) => void,
    transform?: MessageTransform,
  ) {
    this.#act = act;
    const settings = new EndpointSettings({ maskingKey: () => 0x01020304, ...options, role });
    this.endpoint = new Endpoint(this, this.out, settings, transform);
  }

  text(message: string): void {
    this.messages.push(message);
    this.#heard(`text ${message}`);
  }

  binary(message: Uint8Array): void {
    this.messages.push(message);
    this.#heard(`binary ${hex(message)}`);
  }

  ping(payload: Uint8Array): void {
    this.#heard(`ping ${hex(payload)}`);
  }

  pong(payload: Uint8Array): void {
    this.#heard(`pong ${hex(payload)}`);
  }

  stateChanged(state: string): void {
    this.#heard(state);
  }

  failed(error: ProtocolError): void {
    this.error = error;
    this.#heard(`failed ${error.message}`);
  }

  #heard(line: string): void {
    this.lines.push(line);
    this.#act?.(this.endpoint);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
