import { describe, expect, it } from 'vitest';
import { BufferSink } from '../src/buffer-sink.ts';
import { EndpointSettings } from '../src/endpoint-settings.ts';
import { FrameEncoder } from '../src/frame-encoder.ts';
import { frames } from '../src/frames.ts';
import type { MessageTransform } from '../src/message-transform.ts';
import { PING } from '../src/opcode.ts';
import { SendLane } from '../src/send-lane.ts';
import { StreamSender } from './stream-sender.ts';
import { fromHex, toHex } from './vectors/wire.ts';
import { XorTransform } from './xor-transform.ts';

const settings = new EndpointSettings({ role: 'server' });

interface Rig {
  readonly lane: SendLane;
  readonly encoder: FrameEncoder;
  /** The frames written since the last call: opcode, `+` when more follow, `x` when transformed, payload. */
  sent(): string[];
}

function rig(transform?: MessageTransform): Rig {
  const sink = new BufferSink();
  const encoder = new FrameEncoder(sink);
  const sent = (): string[] =>
    [...frames([sink.take()], 'client', true)].map(
      ({ opcode, fin, rsv1, payload }) => `${opcode}${fin ? '' : '+'}${rsv1 ? 'x' : ''} ${toHex(payload)}`,
    );
  return { lane: new SendLane(sink, settings, transform), encoder, sent };
}

describe('SendLane with nothing under way', () => {
  it('writes at once', () => {
    const { lane, sent } = rig();
    lane.text('a', true);
    lane.binary(fromHex('62'), true);
    lane.encoded(fromHex('820163'));
    expect(sent()).toEqual(['1 61', '2 62', '2 63']);
    expect([lane.idle, lane.size, lane.streamed]).toEqual([true, 0, 0]);
  });

  it('runs what comes after all at once', () => {
    let runs = 0;
    rig().lane.afterAll(() => runs++);
    expect(runs).toBe(1);
  });

  it('transforms from the threshold on, unless told otherwise or the transform declines', () => {
    const { lane, sent } = rig(new XorTransform({ threshold: 2 }));
    lane.text('a', true);
    lane.text('ab', true);
    lane.text('ab', false);
    lane.binary(fromHex('61'), true);
    lane.binary(fromHex('6162'), true);
    lane.binary(fromHex('6162'), false);
    lane.binary(fromHex('2162'), true);
    expect(sent()).toEqual(['1 61', '1x 3437', '1 6162', '2 61', '2x 3437', '2 6162', '2 2162']);
    expect(lane.idle).toBe(true);
  });
});

describe('SendLane while a message is transformed', () => {
  it('lets everything behind it wait in order, and counts it', () => {
    const transform = new XorTransform({ later: true, threshold: 2 });
    const { lane, encoder, sent } = rig(transform);
    lane.text('ab', true);
    lane.text('c', true);
    lane.binary(fromHex('6465'), true);
    lane.binary(fromHex('66'), true);
    lane.encoded(fromHex('820167'));
    encoder.frame(PING, true, false, fromHex('00'));
    expect(sent()).toEqual(['9 00']);
    expect([lane.idle, lane.size, transform.owes]).toEqual([false, 9 + 5 * 64, 1]);
    transform.answer();
    expect(sent()).toEqual(['1x 3437', '1 63']);
    expect([lane.idle, lane.size, transform.owes]).toEqual([false, 6 + 3 * 64, 1]);
    transform.answer();
    expect(sent()).toEqual(['2x 3130', '2 66', '2 67']);
    expect([lane.idle, lane.size]).toEqual([true, 0]);
  });

  it('sends as it is what the transform declines later', () => {
    const transform = new XorTransform({ later: true });
    const { lane, sent } = rig(transform);
    lane.text('!a', true);
    transform.answer();
    expect(sent()).toEqual(['1 2161']);
  });

  it('is not cut in it, only the streams behind it are', () => {
    const transform = new XorTransform({ later: true, threshold: 1 });
    const { lane, sent } = rig(transform);
    const stream = new StreamSender();
    const order: string[] = [];
    lane.text('a', true);
    lane.stream('text', stream);
    lane.binary(fromHex('62'), false);
    lane.cut();
    lane.afterAll(() => order.push('after', ...sent()));
    expect([stream.told, lane.size, order]).toEqual([['cut'], 2 + 2 * 64, []]);
    transform.answer();
    expect(order).toEqual(['after', '1x 34', '2 62']);
  });

  it('forgets it when abandoned: an answer that comes late does nothing', () => {
    const transform = new XorTransform({ later: true });
    const { lane, sent } = rig(transform);
    lane.text('a', true);
    lane.text('b', true);
    lane.abandon();
    expect([lane.idle, lane.size]).toEqual([true, 0]);
    transform.answer();
    expect([sent(), transform.owes]).toEqual([[], 0]);
  });
});

describe('SendLane while a message is sent part by part', () => {
  it('writes each part as a frame, and lets what is behind it wait', () => {
    const { lane, sent } = rig();
    const first = new StreamSender();
    const second = new StreamSender();
    lane.stream('text', first);
    lane.text('c', true);
    lane.stream('binary', second);
    first.write(fromHex('61'));
    first.write(fromHex('6262'));
    expect(sent()).toEqual(['1+ 61', '0+ 6262']);
    expect([lane.idle, lane.size, lane.streamed, second.told]).toEqual([false, 1 + 64, 3, []]);
    second.write(fromHex('64'));
    first.end();
    expect(sent()).toEqual(['0 ', '1 63', '2+ 64']);
    second.end();
    expect(sent()).toEqual(['0 ']);
    expect([lane.idle, lane.size, lane.streamed]).toEqual([true, 0, 4]);
  });

  it('counts 64 for each message that waits, so that empty ones cannot wait without end', () => {
    const { lane } = rig();
    const stream = new StreamSender();
    lane.stream('text', stream);
    lane.text('', true);
    lane.binary(new Uint8Array(0), true);
    lane.encoded(fromHex('8100'));
    lane.afterAll(() => {});
    expect(lane.size).toBe(3 * 64 + 2);
    stream.end();
    expect(lane.size).toBe(0);
  });

  it('writes an empty one as one frame', () => {
    const { lane, sent } = rig();
    const stream = new StreamSender();
    lane.stream('binary', stream);
    stream.end();
    expect(sent()).toEqual(['2 ']);
  });

  it('ignores a writer whose message is over', () => {
    const { lane, sent } = rig();
    const first = new StreamSender();
    lane.stream('binary', first);
    lane.stream('binary', new StreamSender());
    first.end();
    first.write(fromHex('61'));
    first.end();
    first.withdraw();
    expect(sent()).toEqual(['2 ']);
    expect(lane.idle).toBe(false);
  });

  it('tells two messages of one sender apart', () => {
    const { lane, sent } = rig();
    const writers: { end(): void }[] = [];
    const sender = { start: (writer: { end(): void }) => writers.push(writer), cut() {} };
    lane.stream('text', sender);
    lane.stream('binary', sender);
    writers[0]?.end();
    writers[0]?.end();
    expect(sent()).toEqual(['1 ']);
    writers[1]?.end();
    expect(sent()).toEqual(['2 ']);
  });

  it('lets it be withdrawn before its first frame only', () => {
    const { lane, sent } = rig();
    const first = new StreamSender();
    const second = new StreamSender();
    lane.stream('binary', first);
    lane.text('a', true);
    lane.stream('binary', second);
    first.withdraw();
    expect(sent()).toEqual(['1 61']);
    second.write(fromHex('62'));
    second.withdraw();
    second.end();
    expect(sent()).toEqual(['2+ 62', '0 ']);
  });

  it('is cut before its first frame, and what waits behind it is written', () => {
    const { lane, sent } = rig();
    const stream = new StreamSender();
    lane.stream('text', stream);
    lane.text('a', true);
    lane.cut();
    stream.write(fromHex('62'));
    expect([stream.told, sent(), lane.idle, lane.size]).toEqual([['started', 'cut'], ['1 61'], true, 0]);
  });

  it('is cut in its middle, and with it what waits behind it', () => {
    const { lane, sent } = rig();
    const first = new StreamSender();
    const second = new StreamSender();
    lane.stream('text', first);
    lane.text('a', true);
    lane.stream('text', second);
    first.write(fromHex('62'));
    lane.cut();
    first.end();
    expect([first.told, second.told, sent(), lane.idle, lane.size]).toEqual([
      ['started', 'cut'],
      ['cut'],
      ['1+ 62'],
      true,
      0,
    ]);
  });

  it('may be ended, cut or abandoned inside its start', () => {
    for (const act of ['end', 'cut', 'abandon'] as const) {
      const { lane, sent } = rig();
      const stream: StreamSender = new StreamSender(() => (act === 'end' ? stream.end() : lane[act]()));
      lane.stream('text', stream);
      lane.text('a', true);
      expect(sent().at(-1)).toBe('1 61');
      expect(lane.idle).toBe(true);
      expect(stream.told).toEqual(act === 'end' ? ['started'] : ['started', 'cut']);
    }
  });
});

it('keeps the order also when something is sent while a message is written', () => {
  const transform = new XorTransform({ later: true, threshold: 1 });
  const sink = new BufferSink();
  const lane = new SendLane(sink, settings, transform);
  lane.text('a', true);
  lane.text('b', false);
  const { reserve } = BufferSink.prototype;
  sink.reserve = (size) => {
    sink.reserve = reserve;
    lane.text('c', false);
    return sink.reserve(size);
  };
  transform.answer();
  expect([...frames([sink.take()], 'client', true)].map(({ payload }) => toHex(payload))).toEqual(['34', '62', '63']);
});

it('stops when writing a message ends everything', () => {
  const transform = new XorTransform({ later: true, threshold: 1 });
  const sink = new BufferSink();
  const lane = new SendLane(sink, settings, transform);
  lane.text('a', true);
  lane.text('b', false);
  const { reserve } = BufferSink.prototype;
  sink.reserve = (size) => {
    lane.abandon();
    return reserve.call(sink, size);
  };
  transform.answer();
  expect([lane.idle, lane.size]).toEqual([true, 0]);
  expect([...frames([sink.take()], 'client', true)]).toHaveLength(1);
});
