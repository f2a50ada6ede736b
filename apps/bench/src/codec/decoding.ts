// Decoding: the masked stream of one client, in chunks as a socket delivers them, through our decoder, our endpoint and
// ws's Receiver.

import { randomBytes } from 'node:crypto';
import { nodeMask, nodeText } from '@framewire/node-transport';
import {
  Endpoint,
  type EndpointHandler,
  type EndpointOptions,
  FrameDecoder,
  type FrameSink,
} from '@framewire/protocol';
import { type CheckedContestant, type CodecWork, sizeLabel } from './codec-work.ts';
import { ignore, ignoringHandler } from './ignoring-handler.ts';
import { NullSink } from './null-sink.ts';
import * as wire from './wire.ts';
import { type WsCodec, wsVariants } from './ws-codec.ts';

const CHUNK = 64 * 1024;
const CHUNKS = 16;
const MAX_MESSAGE = 1 << 20;

/** `FrameDecoder` with a sink that only counts, beside ws's Receiver with a listener that only counts. */
export function parsing(size: number): CodecWork {
  return decoding(`Parsing frames, ${sizeLabel(size)}`, 'binary', size, { framewire: decoderAlone });
}

/** `Endpoint.receive` to a handler, as node-transport sets it up, beside ws's Receiver to a listener. */
export function receiving(size: number): CodecWork {
  return decoding(`Receiving binary messages, ${sizeLabel(size)}`, 'binary', size, {
    framewire: endpointWith({ mask: nodeMask, text: nodeText }),
  });
}

/** Text, which arrives as strings on both sides; ours also with the backends for any runtime. */
export function receivingText(size: number): CodecWork {
  return decoding(`Receiving text as strings, ${sizeLabel(size)}`, 'text', size, {
    framewire: endpointWith({ mask: nodeMask, text: nodeText }),
    'framewire, any runtime': endpointWith({}),
  });
}

type Kind = 'binary' | 'text';

/** Hears what was decoded: counts while measured, compares while checked. */
interface Listener {
  /** A part of a binary message, or all of it. */
  part(source: Uint8Array, start: number, end: number): void;
  /** The binary message is complete. */
  complete(): void;
  text(message: string): void;
}

/** Something that decodes. */
interface Decoding {
  push(chunk: Buffer): void;
  /** Resolves when everything pushed was delivered. */
  settled(): void | Promise<void>;
}

type Backends = Pick<EndpointOptions, 'mask' | 'text'>;
type MakeDecoding = (listener: Listener) => Decoding;

function decoding(title: string, kind: Kind, size: number, ours: Readonly<Record<string, MakeDecoding>>): CodecWork {
  return {
    title,
    bytes: size,
    contestants() {
      const stream = makeStream(kind, size);
      const rivals = wsVariants().map((ws) =>
        contestant(ws.name, stream, (listener) => wsReceiver(ws.codec, listener)),
      );
      return [...Object.entries(ours).map(([name, make]) => contestant(name, stream, make)), ...rivals];
    },
  };
}

interface Stream {
  readonly messages: readonly Buffer[];
  /** Masked. */
  readonly chunks: readonly Buffer[];
}

/** A megabyte of whole frames, cut every 64 KiB wherever that falls. */
function makeStream(kind: Kind, size: number): Stream {
  const messages: Buffer[] = [];
  const frames: Buffer[] = [];
  for (let bytes = 0; bytes < CHUNK * CHUNKS; ) {
    const message = kind === 'text' ? letters(size) : randomBytes(size);
    const frame = wire.frame(kind === 'text' ? wire.TEXT : wire.BINARY, message, true);
    messages.push(message);
    frames.push(frame);
    bytes += frame.length;
  }
  const whole = Buffer.concat(frames);
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length; at += CHUNK) chunks.push(whole.subarray(at, at + CHUNK));
  return { messages, chunks };
}

function letters(size: number): Buffer {
  return Buffer.from(randomBytes(size).toString('base64').slice(0, size));
}

function contestant(name: string, stream: Stream, make: MakeDecoding): CheckedContestant {
  let seen = 0;
  let bytes = 0;
  const counting = make({
    part(_source, start, end) {
      bytes += end - start;
    },
    complete() {
      seen++;
    },
    text(message) {
      seen++;
      bytes += message.length;
    },
  });
  const expected = stream.messages.reduce((sum, message) => sum + message.length, 0);
  // Unmasking is done in place, so each pass needs the masked bytes anew: a copy of 64 KiB, about 1 % of the time, for all alike.
  // A socket's chunks have memory of their own.
  const chunks = stream.chunks.map((chunk) => ({ chunk, work: Buffer.allocUnsafeSlow(chunk.length) }));
  return {
    name,
    async pass() {
      seen = 0;
      bytes = 0;
      for (const { chunk, work } of chunks) {
        work.set(chunk);
        counting.push(work);
      }
      await counting.settled();
      if (seen !== stream.messages.length || bytes !== expected)
        throw new Error(`${name}: ${seen} messages, ${bytes} bytes`);
      return seen;
    },
    check: () => check(name, stream, make),
  };
}

/** Compares every byte, with the chunks whole and cut small. */
async function check(name: string, stream: Stream, make: MakeDecoding): Promise<void> {
  for (const cut of [CHUNK, 1021]) {
    let at = 0;
    let parts: Buffer[] = [];
    const judge = (message: Buffer): void => {
      const expected = stream.messages[at++];
      if (expected === undefined || !message.equals(expected)) throw new Error(`${name}: message ${at} came out wrong`);
    };
    const judged = make({
      part: (source, start, end) => parts.push(Buffer.from(source.subarray(start, end))),
      complete() {
        judge(Buffer.concat(parts));
        parts = [];
      },
      text: (message) => judge(Buffer.from(message)),
    });
    const whole = Buffer.concat(stream.chunks);
    for (let from = 0; from < whole.length; from += cut) judged.push(Buffer.from(whole.subarray(from, from + cut)));
    await judged.settled();
    if (at !== stream.messages.length) throw new Error(`${name}: ${at} messages of ${stream.messages.length}`);
  }
}

function decoderAlone(listener: Listener): Decoding {
  const sink: FrameSink = {
    frameStart: ignore,
    framePayload(source, start, end) {
      listener.part(source, start, end);
    },
    frameEnd() {
      listener.complete();
    },
    frameFailed(violation) {
      throw new Error(violation);
    },
  };
  const decoder = new FrameDecoder(sink, 'server', false, nodeMask);
  return { push: (chunk) => decoder.push(chunk), settled: ignore };
}

function endpointWith(backends: Backends): MakeDecoding {
  return (listener) => wholeEndpoint(listener, backends);
}

function wholeEndpoint(listener: Listener, backends: Backends): Decoding {
  const handler: EndpointHandler = {
    ...ignoringHandler,
    binary(message) {
      listener.part(message, 0, message.length);
      listener.complete();
    },
    text(message) {
      listener.text(message);
    },
  };
  const endpoint = new Endpoint(handler, new NullSink(), { role: 'server', ...backends });
  return { push: (chunk) => endpoint.receive(chunk), settled: ignore };
}

function wsReceiver(codec: WsCodec, listener: Listener): Decoding {
  const receiver = new codec.Receiver({ isServer: true, maxPayload: MAX_MESSAGE });
  receiver.on('message', (message: Buffer, isBinary: boolean) => {
    if (!isBinary) return listener.text(message.toString());
    listener.part(message, 0, message.length);
    listener.complete();
  });
  receiver.on('error', (error: Error) => {
    throw error;
  });
  return {
    push: (chunk) => receiver.write(chunk),
    // The callback of a write comes when the stream has gone through everything before it.
    settled: () => new Promise((resolve) => receiver.write(Buffer.alloc(0), () => resolve())),
  };
}
