// Replays the vectors of the frame decoder alone and of what is sent.

import type { EndpointHandler, FrameSink, Opcode, ViolationCode } from '../../src/index.ts';
import { type Rsv1Vector, rsv1Frames } from './frames-rsv1.ts';
import { type SentVector, sentFrames } from './frames-sent.ts';
import type { Protocol, Report } from './replay.ts';
import { difference, singleBytes, splitPoints, verdict } from './verdict.ts';
import { fromHex, toHex } from './wire.ts';

/** Replays the vectors with RSV1 against the FrameDecoder. */
export function replayRsv1Frames(protocol: Protocol, report: Report): void {
  for (const vector of rsv1Frames) {
    verdict(report, `${vector.name} (decoded by a ${vector.role})`, () => {
      const bytes = fromHex(vector.bytes);
      const expected = [vector.frames, vector.violation];
      const same = (way: string, chunks: readonly Uint8Array[]): string | undefined =>
        difference(way, decode(protocol, vector, chunks), expected);
      const wrong = same('whole', [new Uint8Array(bytes)]) ?? same('byte by byte', singleBytes(bytes));
      if (wrong !== undefined) return wrong;
      for (const at of splitPoints(bytes.length)) {
        const cut = same(`cut at ${at}`, [bytes.slice(0, at), bytes.slice(at)]);
        if (cut !== undefined) return cut;
      }
      return undefined;
    });
  }
}

function decode(
  protocol: Protocol,
  vector: Rsv1Vector,
  chunks: readonly Uint8Array[],
): [frames: string[], violation: ViolationCode | undefined] {
  const frames: string[] = [];
  let violation: ViolationCode | undefined;
  let line = '';
  const sink: FrameSink = {
    frameStart(opcode: Opcode, fin: boolean, rsv1: boolean) {
      line = `opcode ${opcode} ${fin ? 'fin ' : ''}${rsv1 ? 'rsv1 ' : ''}`;
    },
    framePayload(source, start, end) {
      line += toHex(source.subarray(start, end));
    },
    frameEnd() {
      frames.push(line);
    },
    frameFailed(code) {
      violation = code;
    },
  };
  const decoder = new protocol.FrameDecoder(sink, vector.role, true);
  for (const chunk of chunks) decoder.push(chunk);
  return [frames, violation];
}

const deaf: EndpointHandler = {
  text() {},
  binary() {},
  ping() {},
  pong() {},
  stateChanged() {},
  failed() {},
};

/** Replays what is sent: through an endpoint of either role, encodeMessage and encodeFrame. */
export function replaySentFrames(protocol: Protocol, report: Report): void {
  for (const vector of sentFrames) {
    verdict(report, `${vector.name} (sent)`, () => {
      const unmasked = toHex(fromHex(vector.unmasked));
      const masked = toHex(fromHex(vector.masked));
      const { maskingKey } = vector;
      const server = new protocol.BufferSink();
      const client = new protocol.BufferSink();
      send(new protocol.Endpoint(deaf, server, { role: 'server' }), vector);
      send(new protocol.Endpoint(deaf, client, { role: 'client', maskingKey: () => maskingKey }), vector);
      const { message } = vector;
      return (
        difference('by a server', toHex(server.take()), unmasked) ??
        difference('by a client', toHex(client.take()), masked) ??
        difference(
          'by encodeMessage',
          toHex(protocol.encodeMessage('text' in message ? message.text : fromHex(message.binary))),
          unmasked,
        ) ??
        ('text' in message ? undefined : checkFrame(protocol, fromHex(message.binary), maskingKey, unmasked, masked))
      );
    });
  }
}

function send(endpoint: InstanceType<Protocol['Endpoint']>, { message }: SentVector): void {
  if ('text' in message) endpoint.sendText(message.text);
  else endpoint.sendBinary(fromHex(message.binary));
}

function checkFrame(
  protocol: Protocol,
  payload: Uint8Array,
  maskingKey: number,
  unmasked: string,
  masked: string,
): string | undefined {
  const frame = { opcode: protocol.BINARY, fin: true, rsv1: false, payload } as const;
  return (
    difference('by encodeFrame', toHex(protocol.encodeFrame(frame)), unmasked) ??
    difference('by encodeFrame with a key', toHex(protocol.encodeFrame(frame, maskingKey)), masked)
  );
}
