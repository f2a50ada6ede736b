import { describe, expect, it } from 'vitest';
import { BufferSink } from '../src/buffer-sink.ts';

function write(sink: BufferSink, ...bytes: number[]): void {
  sink.reserve(bytes.length).set(bytes, sink.offset);
  sink.offset += bytes.length;
}

describe('BufferSink', () => {
  it('gathers what is written, in order, until it is taken', () => {
    const sink = new BufferSink();
    write(sink, 1, 2);
    sink.writePair(Uint8Array.of(3), Uint8Array.of(4, 5));
    write(sink, 6);
    expect([...sink.take()]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(sink.take()).toHaveLength(0);
  });

  it('grows without losing what was written', () => {
    const sink = new BufferSink();
    const all: number[] = [];
    for (let at = 0; at < 5000; at++) {
      write(sink, at & 0xff);
      all.push(at & 0xff);
    }
    sink.writePair(new Uint8Array(9), new Uint8Array(100_000).fill(7));
    expect([...sink.take()]).toEqual([...all, ...new Array<number>(9).fill(0), ...new Array<number>(100_000).fill(7)]);
  });

  it('keeps room that was reserved and not used', () => {
    const sink = new BufferSink();
    expect(sink.reserve(10_000).length).toBeGreaterThanOrEqual(10_000);
    write(sink, 1);
    expect([...sink.take()]).toEqual([1]);
  });

  it('leaves taken bytes alone from then on', () => {
    const sink = new BufferSink();
    write(sink, 1, 2, 3);
    const taken = sink.take();
    write(sink, 9, 9, 9);
    expect([...taken]).toEqual([1, 2, 3]);
  });

  it('remembers that the end was asked for, once or twice', () => {
    const sink = new BufferSink();
    expect(sink.ended).toBe(false);
    sink.end();
    sink.end();
    expect(sink.ended).toBe(true);
  });
});
