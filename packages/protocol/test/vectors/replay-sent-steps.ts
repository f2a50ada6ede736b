// Replays what is sent part by part and compressed, by either side.

import type { EndpointHandler, MessageSender, MessageWriter } from '../../src/index.ts';
import type { Protocol, Report } from './replay.ts';
import { type SentStepsVector, type Step, sentSteps } from './sent-steps.ts';
import { TableTransform } from './table-transform.ts';
import { difference, verdict } from './verdict.ts';
import { asClient, fromHex, toHex } from './wire.ts';

const KEY = '37fa213d';

/** Replays every vector of steps. */
export function replaySentSteps(protocol: Protocol, report: Report): void {
  for (const vector of sentSteps) {
    for (const role of ['server', 'client'] as const) {
      verdict(report, `${vector.name} (sent by a ${role})`, () => {
        const frames = role === 'server' ? vector.frames : asClient(vector.frames, [KEY]);
        return difference('in these steps', play(protocol, vector, role), {
          frames: toHex(fromHex(frames)),
          cut: vector.cut ?? 0,
        });
      });
    }
  }
}

const deaf: EndpointHandler = {
  text() {},
  binary() {},
  ping() {},
  pong() {},
  stateChanged() {},
  failed() {},
};

function play(
  protocol: Protocol,
  { steps, threshold }: SentStepsVector,
  role: 'server' | 'client',
): { readonly frames: string; readonly cut: number } {
  const out = new protocol.BufferSink();
  const transform = threshold === undefined ? undefined : new TableTransform(true, threshold);
  const options = role === 'server' ? { role } : { role, maskingKey: () => Number.parseInt(KEY, 16) };
  const endpoint = new protocol.Endpoint(deaf, out, options, transform);
  let writer: MessageWriter | undefined;
  let cut = 0;

  const sender = (parts: readonly string[] | undefined): MessageSender => ({
    start(started) {
      if (parts === undefined) {
        writer = started;
        return;
      }
      for (const part of parts) started.write(fromHex(part));
      started.end();
    },
    cut() {
      cut++;
    },
  });
  const take = (step: Step): void => {
    switch (step[0]) {
      case 'text':
        return endpoint.sendText(step[1], step[2]);
      case 'binary':
        return endpoint.sendBinary(fromHex(step[1]), step[2]);
      case 'ping':
        return endpoint.ping(fromHex(step[1]));
      case 'close':
        return endpoint.close(step[1], step[2]);
      case 'stream':
        return endpoint.sendStream(step[1], sender(step[2]));
      case 'write':
        return writer?.write(fromHex(step[1]));
      case 'end':
        return writer?.end();
      case 'withdraw':
        return writer?.withdraw();
      case 'receive':
        return endpoint.receive(fromHex(role === 'client' ? step[1] : asClient(step[1])));
      case 'deflated':
        if (transform?.answer() !== true) throw new Error('The codec owes no answer.');
    }
  };
  for (const step of steps) take(step);
  return { frames: toHex(out.take()), cut };
}
