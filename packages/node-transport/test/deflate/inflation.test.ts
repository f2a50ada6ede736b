import type { ViolationCode } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Inflation } from '../../src/deflate/inflation.ts';
import { JobLimiter } from '../../src/deflate/job-limiter.ts';
import { LARGEST_WINDOW, SlidingWindow } from '../../src/deflate/sliding-window.ts';
import { DEFLATED, deflated, finalBlock, fromHex, INVALID, noise, text } from './support/payloads.ts';
import { watchInflaters } from './support/zlib-streams.ts';

const STEP = 64 * 1024;

/** An inflation, and what it told. */
class Rig {
  readonly jobs = new JobLimiter(1);
  readonly parts: Uint8Array[] = [];
  readonly window = new SlidingWindow(LARGEST_WINDOW);
  readonly inflation: Inflation;
  /** Called with each part. */
  heard: (part: Uint8Array) => void = () => undefined;

  constructor(dictionary?: Uint8Array) {
    if (dictionary !== undefined) this.window.add(dictionary);
    this.inflation = new Inflation(
      {
        decoded: (part) => {
          this.parts.push(part);
          this.heard(part);
        },
      },
      this.window,
      this.jobs,
    );
  }

  push(part: Uint8Array, last: boolean): Promise<ViolationCode | undefined> {
    return new Promise((resolve) => this.inflation.push(part, last, resolve));
  }

  get message(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.parts));
  }

  get length(): number {
    return this.parts.reduce((length, part) => length + part.length, 0);
  }
}

/** Lets the thread pool and the event loop do whatever they still do without being asked. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe('Inflation', () => {
  it.each(DEFLATED)('restores $name, whole and byte by byte', async ({ payload, dictionary, message }) => {
    const streams = watchInflaters();
    const whole = new Rig(dictionary);
    expect(await whole.push(payload, true)).toBe(undefined);
    expect(whole.message).toEqual(message);
    if (payload.length > 1000) return;
    const bytewise = new Rig(dictionary);
    for (const byte of payload) expect(await bytewise.push(Uint8Array.of(byte), false)).toBe(undefined);
    expect(await bytewise.push(new Uint8Array(0), true)).toBe(undefined);
    expect(bytewise.message).toEqual(message);
    expect(streams.open()).toBe(0);
    expect(bytewise.jobs).toMatchObject({ underWay: 0, waiting: 0 });
  });

  it.each(INVALID)('refuses $name, whole and byte by byte', async ({ payload }) => {
    const streams = watchInflaters();
    expect(await new Rig().push(payload, true)).toBe('DEFLATE_INVALID');
    const bytewise = new Rig();
    let violation: ViolationCode | undefined;
    for (const byte of payload) violation ??= await bytewise.push(Uint8Array.of(byte), false);
    violation ??= await bytewise.push(new Uint8Array(0), true);
    expect(violation).toBe('DEFLATE_INVALID');
    expect(streams.open()).toBe(0);
    expect(bytewise.jobs).toMatchObject({ underWay: 0, waiting: 0 });
  });

  it('takes a message without a byte for an empty one', async () => {
    const rig = new Rig();
    expect(await rig.push(new Uint8Array(0), true)).toBe(undefined);
    expect(rig.parts).toEqual([]);
  });

  it('restores any message however it is cut, final blocks within', async () => {
    const piece = fc.oneof(fc.string({ maxLength: 300 }).map(text), fc.integer({ min: 1, max: 70_000 }).map(noise));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(piece, fc.boolean()), { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (pieces, cuts) => {
          const payload = Buffer.concat([
            ...pieces.map(([bytes, isFinal]) =>
              isFinal
                ? finalBlock(Buffer.from(bytes).toString('latin1'))
                : Buffer.concat([deflated(bytes), fromHex('0000ffff')]),
            ),
            fromHex('00'),
          ]);
          const message = Buffer.concat(
            pieces.map(([bytes, isFinal]) => (isFinal ? Buffer.from(Buffer.from(bytes).toString('latin1')) : bytes)),
          );
          const rig = new Rig();
          const at = [0, ...cuts.map((cut) => cut % payload.length).sort((a, b) => a - b), payload.length];
          for (const [i, start] of at.slice(0, -1).entries()) {
            const last = i === at.length - 2;
            expect(await rig.push(payload.subarray(start, at[i + 1]), last)).toBe(undefined);
          }
          expect(Buffer.compare(rig.message, message)).toBe(0);
          expect(rig.window.dictionary ?? new Uint8Array(0)).toEqual(new Uint8Array(message.subarray(-32_768)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refers back to the window, over a final block too, and slides it', async () => {
    const before = text('Something that was said before. '.repeat(30));
    const rig = new Rig(before);
    const again = deflated(before, before);
    expect(await rig.push(again, false)).toBe(undefined);
    expect(await rig.push(new Uint8Array(0), true)).toBe(undefined);
    expect(rig.message).toEqual(before);
    const next = new Inflation({ decoded: (part) => void rig.parts.push(part) }, rig.window, rig.jobs);
    const first = Buffer.concat([finalBlock('!'), deflated(before, Buffer.concat([before, before, text('!')]))]);
    expect(await new Promise((resolve) => next.push(first, true, resolve))).toBe(undefined);
    expect(rig.message).toEqual(new Uint8Array(Buffer.concat([before, text('!'), before])));
  });

  it('tells at most 64 KiB at a time, each belonging to the receiver', async () => {
    const rig = new Rig();
    await rig.push(deflated(new Uint8Array(1_000_000)), true);
    expect(rig.length).toBe(1_000_000);
    expect(Math.max(...rig.parts.map(({ length }) => length))).toBe(STEP);
    expect(new Set(rig.parts.map(({ buffer }) => buffer)).size).toBe(rig.parts.length);
    expect(rig.parts.some((part) => Buffer.isBuffer(part))).toBe(false);
  });

  it('tells nothing while paused, and is at most one step ahead', async () => {
    const streams = watchInflaters();
    const rig = new Rig();
    rig.heard = () => rig.inflation.pause();
    const done = rig.push(deflated(new Uint8Array(20 * STEP)), true);
    let steps = 0;
    while (rig.length < 20 * STEP) {
      steps += 1;
      while (rig.parts.length < steps) await quiet();
      await quiet();
      expect(rig.parts.length).toBe(steps);
      expect(rig.jobs).toMatchObject({ underWay: 0, waiting: 0 });
      expect(streams.made.at(-1)?.readableLength).toBeLessThanOrEqual(STEP);
      rig.inflation.resume();
    }
    expect(await done).toBe(undefined);
    expect(streams.open()).toBe(0);
  });

  it('can be paused before the first part, between parts and before the end', async () => {
    const rig = new Rig();
    const payload = deflated(text('Hello'));
    const push = async (part: Uint8Array, last: boolean): Promise<void> => {
      rig.inflation.pause();
      const pushed = rig.push(part, last);
      await quiet();
      const before = rig.length;
      await quiet();
      expect(rig.length).toBe(before);
      rig.inflation.resume();
      rig.inflation.resume();
      expect(await pushed).toBe(undefined);
    };
    await push(payload.subarray(0, 3), false);
    await push(payload.subarray(3), false);
    await push(new Uint8Array(0), true);
    expect(rig.message).toEqual(text('Hello'));
  });

  it('leaves its place to others while it is paused, and between pieces of 16 KiB', async () => {
    const rig = new Rig();
    const log: string[] = [];
    rig.heard = () => log.push('part');
    const other = {
      start: () => {
        log.push('other');
        rig.jobs.leave();
      },
    };
    const payload = deflated(noise(60_000));
    const done = rig.push(payload, true);
    rig.jobs.enter(other);
    expect(log).toEqual([]);
    await done;
    expect(log.indexOf('other')).toBeGreaterThan(0);
    expect(log.indexOf('other')).toBeLessThan(log.length - 1);
    expect(rig.jobs.underWay).toBe(0);
  });

  it('waits for a place', async () => {
    const rig = new Rig();
    rig.jobs.enter({ start: () => undefined });
    const done = rig.push(deflated(text('Hello')), true);
    await quiet();
    expect(rig.parts).toEqual([]);
    rig.jobs.leave();
    expect(await done).toBe(undefined);
    expect(rig.message).toEqual(text('Hello'));
  });

  it.each(['before its turn', 'at work', 'paused', 'inside decoded'])(
    'can be closed %s: nothing is told, nothing stays',
    async (when) => {
      const streams = watchInflaters();
      const rig = new Rig();
      let told = 0;
      if (when === 'before its turn') rig.jobs.enter({ start: () => undefined });
      rig.inflation.push(deflated(new Uint8Array(50 * STEP)), true, () => told++);
      if (when === 'paused') {
        rig.heard = () => rig.inflation.pause();
        while (rig.parts.length === 0) await quiet();
      } else if (when === 'inside decoded') {
        rig.heard = () => rig.inflation.close();
        while (rig.parts.length === 0) await quiet();
      }
      rig.inflation.close();
      const parts = rig.parts.length;
      rig.inflation.resume();
      await quiet();
      expect(rig.parts.length).toBe(parts);
      expect(told).toBe(0);
      expect(streams.open()).toBe(0);
      expect(rig.jobs).toMatchObject({ underWay: when === 'before its turn' ? 1 : 0, waiting: 0 });
    },
  );

  it('does not mind an error that zlib finds after it was closed', async () => {
    const rig = new Rig();
    const bomb = Buffer.concat([deflated(new Uint8Array(10 * STEP)), fromHex('0000ffff'), fromHex('07')]);
    rig.heard = () => {
      if (rig.parts.length === 8) rig.inflation.close();
    };
    rig.inflation.push(bomb, true, () => expect.unreachable());
    while (rig.parts.length < 8) await quiet();
    await quiet();
    expect(rig.parts.length).toBe(8);
  });

  it('tells a violation once, and nothing after it', async () => {
    const rig = new Rig();
    let violations = 0;
    rig.inflation.push(
      Buffer.concat([deflated(noise(40_000)), fromHex('0000ffff07'), noise(40_000)]),
      false,
      () => violations++,
    );
    while (violations === 0) await quiet();
    await quiet();
    expect(violations).toBe(1);
    expect(rig.message).toEqual(noise(40_000).subarray(0, rig.length));
  });

  it('refuses a message of more final blocks than its bytes are worth', async () => {
    const of = (count: number): Uint8Array =>
      Buffer.concat([...Array.from({ length: count }, () => fromHex('0300')), fromHex('00')]);
    const streams = watchInflaters();
    expect(await new Rig().push(of(63), true)).toBe(undefined);
    expect(await new Rig().push(of(64), true)).toBe('DEFLATE_INVALID');
    expect(streams.open()).toBe(0);
  });
});
