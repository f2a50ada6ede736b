import { describe, expect, it } from 'vitest';
import { MemoryWire, type WireEnd, type WireFrame } from '../src/memory-wire.ts';
import { turn } from '../src/turn.ts';

const binary = (...bytes: number[]): WireFrame => ({ kind: 'binary', payload: new Uint8Array(bytes) });

function setUp(): { wire: MemoryWire; one: WireEnd; two: WireEnd; log: string[] } {
  const wire = new MemoryWire();
  const [one, two] = wire.ends;
  const log: string[] = [];
  for (const [name, end] of Object.entries({ one, two })) {
    end.handler = {
      frame: (frame) => void log.push(`${name} ${'payload' in frame ? [...frame.payload].join() : frame.kind}`),
      taken: () => void log.push(`${name} taken`),
      broken: (cause) => void log.push(`${name} broken ${String(cause)}`),
    };
  }
  return { wire, one, two, log };
}

describe('MemoryWire', () => {
  it('brings frames to the other end in a later microtask, in order', async () => {
    const { one, two, log } = setUp();
    one.write(binary(1));
    one.write(binary(2, 3));
    one.write({ kind: 'close', status: { code: 1000, reason: '' } });
    two.write(binary(4));
    expect(log).toEqual([]);
    expect([one.buffered, two.buffered]).toEqual([3, 1]);
    expect(one.idle).toBe(false);
    await turn();
    expect(log).toEqual(['two 1', 'two 2,3', 'two close', 'one taken', 'one 4', 'two taken']);
    expect([one.buffered, two.buffered]).toEqual([0, 0]);
    expect(one.idle).toBe(true);
  });

  it('brings what is written meanwhile in another microtask', async () => {
    const { one, two, log } = setUp();
    two.handler = {
      frame: () => {
        log.push('frame');
        if (log.length < 3) one.write(binary(1));
      },
      taken: () => {},
      broken: () => {},
    };
    one.write(binary(0));
    await turn();
    expect(log).toEqual(['frame', 'one taken', 'frame', 'one taken']);
  });

  it('keeps frames while the reading end is paused', async () => {
    const { one, two, log } = setUp();
    two.pause();
    one.write(binary(1));
    await turn();
    expect(log).toEqual([]);
    two.resume();
    await turn();
    expect(log).toEqual(['two 1', 'one taken']);
  });

  it('stops in the middle when the reading end pauses', async () => {
    const { one, two, log } = setUp();
    two.handler = {
      frame: () => {
        log.push('frame');
        two.pause();
      },
      taken: () => {},
      broken: () => {},
    };
    one.write(binary(1));
    one.write(binary(2));
    await turn();
    expect(log).toEqual(['frame', 'one taken']);
    expect(one.buffered).toBe(1);
    two.resume();
    await turn();
    expect(log).toEqual(['frame', 'one taken', 'frame', 'one taken']);
  });

  it('keeps frames while it is held', async () => {
    const { wire, one, two, log } = setUp();
    wire.hold();
    one.write(binary(1));
    two.write(binary(2));
    await turn();
    expect(log).toEqual([]);
    wire.release();
    await turn();
    expect(log).toEqual(['one 2', 'two taken', 'two 1', 'one taken']);
  });

  it('loses what is on its way when it is cut, and tells both ends once', async () => {
    const { wire, one, log } = setUp();
    one.write(binary(1));
    wire.cut('cable');
    wire.cut('again');
    await turn();
    one.write(binary(2));
    await turn();
    expect(log).toEqual(['one broken cable', 'two broken cable']);
    expect(one.buffered).toBe(2);
  });

  it('bears ends that nobody holds', async () => {
    const wire = new MemoryWire();
    const [one] = wire.ends;
    one.write(binary(1));
    await turn();
    wire.cut();
    await turn();
    expect(one.idle).toBe(true);
  });
});
