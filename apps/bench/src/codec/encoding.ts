// Encoding: one message after the other through our endpoint and ws's Sender, into nothing.

import { randomBytes } from 'node:crypto';
import { nodeMask, randomMaskingKey } from '@framewire/node-transport';
import { BufferSink, type ByteSink, Endpoint } from '@framewire/protocol';
import { type CheckedContestant, type CodecWork, sizeLabel } from './codec-work.ts';
import { ignore, ignoringHandler } from './ignoring-handler.ts';
import { NullSink } from './null-sink.ts';
import * as wire from './wire.ts';
import { type WsCodec, type WsSocket, wsVariants } from './ws-codec.ts';

type Side = 'client' | 'server';

/** A client masks what it sends, a server does not. */
export function sending(side: Side, size: number): CodecWork {
  return {
    title: `Encoding ${side === 'client' ? 'masked' : 'unmasked'} messages, ${sizeLabel(size)}`,
    bytes: size,
    contestants() {
      const message = randomBytes(size);
      const messages = Math.max(64, Math.round((1 << 20) / size));
      return [
        ours(side, message, messages),
        ...wsVariants().map((ws) => theirs(ws.name, ws.codec, side, message, messages)),
      ];
    },
  };
}

function ours(side: Side, message: Buffer, messages: number): CheckedContestant {
  const endpoint = makeEndpoint(side, new NullSink());
  return {
    name: 'framewire',
    pass() {
      for (let sent = 0; sent < messages; sent++) endpoint.sendBinary(message);
      return messages;
    },
    check() {
      const sink = new BufferSink();
      const judged = makeEndpoint(side, sink);
      for (let sent = 0; sent < 1000; sent++) judged.sendBinary(message);
      judge('framewire', sink.take(), side, message, 1000);
    },
  };
}

function makeEndpoint(side: Side, sink: ByteSink): Endpoint {
  return new Endpoint(
    ignoringHandler,
    sink,
    side === 'client' ? { role: 'client', maskingKey: randomMaskingKey, mask: nodeMask } : { role: 'server' },
  );
}

function theirs(name: string, codec: WsCodec, side: Side, message: Buffer, messages: number): CheckedContestant {
  const options = { binary: true, fin: true, mask: side === 'client', compress: false };
  const sender = new codec.Sender({ cork: ignore, uncork: ignore, write: () => true });
  return {
    name,
    pass() {
      for (let sent = 0; sent < messages; sent++) sender.send(message, options);
      return messages;
    },
    check() {
      const written: Uint8Array[] = [];
      const socket: WsSocket = { cork: ignore, uncork: ignore, write: (bytes) => written.push(bytes) > 0 };
      const judged = new codec.Sender(socket);
      for (let sent = 0; sent < 1000; sent++) judged.send(message, options);
      judge(name, Buffer.concat(written), side, message, 1000);
    },
  };
}

/** Compares every byte, and demands that masking keys differ. */
function judge(name: string, bytes: Uint8Array, side: Side, message: Buffer, messages: number): void {
  const frames = wire.readFrames(bytes);
  if (frames.length !== messages) throw new Error(`${name}: ${frames.length} frames of ${messages}`);
  for (const frame of frames) {
    const right = frame.opcode === wire.BINARY && frame.masked === (side === 'client') && frame.payload.equals(message);
    if (!right) throw new Error(`${name}: a frame was encoded wrong`);
  }
  const keys = new Set(frames.map((frame) => frame.key));
  if (side === 'client' && keys.size < messages - 2) throw new Error(`${name}: masking keys repeat`);
}
