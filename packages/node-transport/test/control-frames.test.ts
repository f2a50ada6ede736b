import { BufferSink, Endpoint, type EndpointHandler, type ProtocolError } from '@framewire/protocol';
import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { ControlFrames } from '../src/control-frames.ts';
import { settle } from '../src/settings.ts';
import { readFrames } from './support/wire.ts';

function setUp(): { control: ControlFrames; clock: FakeClock; sink: BufferSink; failures: ProtocolError[] } {
  const failures: ProtocolError[] = [];
  const handler: EndpointHandler = {
    text: () => {},
    binary: () => {},
    ping: () => {},
    pong: () => {},
    stateChanged: () => {},
    failed: (error) => void failures.push(error),
  };
  const clock = new FakeClock();
  const settings = settle({ clock, maxControlFrames: { count: 2, window: 1000 } }, 'server');
  const sink = new BufferSink();
  return {
    control: new ControlFrames(new Endpoint(handler, sink, settings.endpoint), settings),
    clock,
    sink,
    failures,
  };
}

/** What the first Ping carries. */
const first = Uint8Array.of(0, 0, 0, 1);

describe('ControlFrames', () => {
  it('measures the round trip of a Ping', async () => {
    const { control, clock, sink } = setUp();
    expect(control.roundTripTime).toBeUndefined();
    const roundTrip = control.measure(undefined);
    expect(readFrames([sink.take()], 'server')).toHaveLength(1);
    clock.advance(30);
    control.ponged(first);
    expect(await roundTrip).toBe(30);
    expect(control.roundTripTime).toBe(30);
  });

  it('knows the round trip of the keepalive, whose Ping nobody waits for', () => {
    const { control, clock } = setUp();
    control.probe();
    clock.advance(20);
    control.ponged(first);
    expect(control.roundTripTime).toBe(20);
  });

  it('fails a peer that sends too many in a while, answers not counted', () => {
    const { control, clock, failures } = setUp();
    control.probe();
    control.ponged(first);
    control.pinged();
    control.ponged(first); // was answered before
    expect(failures).toEqual([]);
    clock.advance(1000);
    for (let count = 0; count < 3; count++) control.pinged();
    expect(failures.map(({ code }) => code)).toEqual(['TOO_MANY_CONTROL_FRAMES']);
  });

  it('ends the waits when no answer will come', async () => {
    const { control } = setUp();
    const roundTrip = control.measure(undefined);
    const reason = new Error('closed') as never;
    control.end(() => reason);
    await expect(roundTrip).rejects.toBe(reason);
    setUp().control.end(() => reason);
  });
});
