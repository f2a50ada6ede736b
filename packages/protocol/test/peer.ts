// One Endpoint with everything it says written down: what its handler heard, one line a call, and what it sent, one line a frame.

import { BufferSink } from '../src/buffer-sink.ts';
import { decodeCloseStatus } from '../src/close-status.ts';
import { Endpoint } from '../src/endpoint.ts';
import type { EndpointHandler, State } from '../src/endpoint-handler.ts';
import type { EndpointOptions, EndpointSettings } from '../src/endpoint-settings.ts';
import type { ProtocolError } from '../src/errors.ts';
import { type Frame, frames } from '../src/frames.ts';
import type { MessageTransform } from '../src/message-transform.ts';
import type { MessageType } from '../src/streamed-message.ts';
import { fromHex, toHex } from './vectors/wire.ts';

/** Options without what {@link Peer} knows itself. */
export type PeerOptions = Partial<Omit<EndpointOptions, 'role'>> & {
  readonly transform?: MessageTransform | undefined;
  /** Shared with other peers, in place of the other options. */
  readonly settings?: EndpointSettings | undefined;
};

/** An endpoint and the record of it. */
export class Peer implements EndpointHandler {
  readonly role: EndpointOptions['role'];
  readonly out: BufferSink = new BufferSink();
  readonly heard: string[] = [];
  readonly messages: (string | Uint8Array)[] = [];
  readonly errors: ProtocolError[] = [];
  readonly endpoint: Endpoint;
  /** What it answers when a message is oversized. */
  holds: () => boolean = () => false;
  /** Whether messages are taken as streams. */
  loops = false;
  /** Called after each line. */
  after: (line: string) => void = () => {};

  constructor(role: EndpointOptions['role'], { transform, settings, ...options }: PeerOptions = {}) {
    this.role = role;
    let key = 0x12345678;
    const maskingKey = (): number => {
      key = Math.imul(key, 0x01000193) + 1;
      return key;
    };
    this.endpoint = new Endpoint(
      this,
      this.out,
      settings ?? (role === 'client' ? { maskingKey, ...options, role } : { ...options, role }),
      transform,
    );
  }

  /** Gives the endpoint unmasked frames, masked first if it is a server. */
  receive(hex: string): void {
    const bytes = fromHex(hex);
    if (this.role === 'client') {
      this.endpoint.receive(bytes);
      return;
    }
    // The last frame may be cut or broken, which `frames` does not yield: such bytes are given with `receiveRaw`.
    for (const frame of frames([bytes], 'client', true)) this.endpoint.receive(maskedFrame(frame));
  }

  receiveRaw(hex: string): void {
    this.endpoint.receive(fromHex(hex));
  }

  /** The frames sent since the last call. */
  sent(): string[] {
    const other = this.role === 'client' ? 'server' : 'client';
    return [...frames([this.out.take()], other, true)].map(describeFrame);
  }

  text(message: string): void {
    this.messages.push(message);
    this.#record(`text ${message}`);
  }

  binary(message: Uint8Array): void {
    this.messages.push(message);
    this.#record(`binary ${toHex(message)}`);
  }

  streamStart(type: MessageType): void {
    this.#record(`start ${type}`);
  }

  streamPart(bytes: Uint8Array): void {
    this.#record(`part ${toHex(bytes)}`);
  }

  streamEnd(): void {
    this.#record('end');
  }

  inputHeld(on: boolean): void {
    this.#record(on ? 'held' : 'free');
  }

  oversized(): boolean {
    return this.holds();
  }

  takesStreams(): boolean {
    return this.loops;
  }

  ping(payload: Uint8Array): void {
    this.#record(`ping ${toHex(payload)}`);
  }

  pong(payload: Uint8Array): void {
    this.#record(`pong ${toHex(payload)}`);
  }

  stateChanged(state: State): void {
    this.#record(state);
  }

  failed(error: ProtocolError): void {
    this.errors.push(error);
    this.#record(`failed ${error.code}`);
  }

  #record(line: string): void {
    this.heard.push(line);
    this.after(line);
  }
}

function maskedFrame({ opcode, fin, rsv1, payload }: Frame): Uint8Array {
  const { length } = payload;
  const size = length < 126 ? [length | 0x80] : [0xfe, length >>> 8, length & 0xff];
  // The key is zero, so the payload stands as it is.
  return Uint8Array.of((fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode, ...size, 0, 0, 0, 0, ...payload);
}

const NAMES: Record<Frame['opcode'], string> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

function describeFrame({ opcode, fin, rsv1, payload }: Frame): string {
  const name = `${NAMES[opcode]}${fin ? '' : '...'}`;
  if (rsv1) return `transformed ${name} ${toHex(payload)}`;
  if (opcode === 1) return `${name} ${new TextDecoder().decode(payload)}`;
  if (opcode !== 8) return `${name} ${toHex(payload)}`;
  const status = decodeCloseStatus(payload);
  return typeof status === 'string' ? `${name} ${status}` : `${name} ${status.code} ${status.reason}`.trimEnd();
}
