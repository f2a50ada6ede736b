import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BufferSink, Endpoint, type EndpointHandler, type ViolationCode } from '@framewire/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CodecOptions, DeflateCodec, SYNC_BYTES, SYNC_INFLATED_BYTES } from '../../src/deflate/codec.ts';
import { deflateNow } from '../../src/deflate/deflation.ts';
import { JobLimiter } from '../../src/deflate/job-limiter.ts';
import { LiveDeflater, LiveInflater } from './support/live-zlib.ts';
import { DEFLATED, deflated, fromHex, INVALID, noise, text } from './support/payloads.ts';
import { watchInflaters } from './support/zlib-streams.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const FAST = { level: 1, memLevel: 8 };
const MANY = 64 * 1024 * 1024;

function codec(options: Partial<CodecOptions> = {}, jobs = new JobLimiter(4)): DeflateCodec {
  return new DeflateCodec(
    {
      ...FAST,
      threshold: 0,
      sendContextTakeover: false,
      sendWindowBits: 15,
      receiveContextTakeover: false,
      receiveWindowBits: 15,
      ...options,
    },
    jobs,
  );
}

function encoded(of: DeflateCodec, message: Uint8Array): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => of.encode(message, resolve));
}

function decoded(of: DeflateCodec, payload: Uint8Array, limit = MANY): Promise<Uint8Array | ViolationCode> {
  return new Promise((resolve) => of.decode(payload, limit, resolve));
}

/** Not a Buffer. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** What a call answers before it returns. */
function atOnce<T>(call: (done: (value: T) => void) => void): T | 'later' {
  let answer: T | 'later' = 'later';
  call((value) => {
    answer = value;
  });
  return answer;
}

/** Words that come again in later messages, some messages small and some large. */
const words = fc.constantFrom(...Array.from({ length: 40 }, (_, i) => `word${i * 7919} `));
const sentence = fc.array(words, { minLength: 1, maxLength: 60 }).map((list) => text(list.join('')));
const message = fc.oneof(
  { weight: 6, arbitrary: sentence },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 50_000 }).map((length) => noise(length)) },
  {
    weight: 2,
    arbitrary: sentence.map((bytes) => new Uint8Array(Buffer.concat(Array.from({ length: 80 }, () => bytes)))),
  },
  { weight: 1, arbitrary: fc.constant(new Uint8Array(0)) },
);
const conversation = fc.array(message, { minLength: 1, maxLength: 8 });

describe('DeflateCodec', () => {
  for (const takeover of [false, true]) {
    const how = takeover ? 'with context takeover' : 'without context takeover';

    it.each([8, 9, 11, 15])(`is understood by a live zlib stream ${how}, with a window of %d bits`, async (bits) => {
      await fc.assert(
        fc.asyncProperty(conversation, async (messages) => {
          const ours = codec({ sendContextTakeover: takeover, sendWindowBits: bits });
          const theirs = new LiveInflater(takeover, Math.max(8, bits));
          for (const one of messages) {
            const payload = await encoded(ours, one);
            if (payload !== undefined) expect(Buffer.compare(await theirs.message(payload), one)).toBe(0);
          }
          theirs.close();
        }),
        { numRuns: 15 },
      );
    });

    it.each([9, 11, 15])(`understands a live zlib stream ${how}, with a window of %d bits`, async (bits) => {
      await fc.assert(
        fc.asyncProperty(conversation, fc.constantFrom(1, 6, 9), async (messages, level) => {
          const ours = codec({ receiveContextTakeover: takeover, receiveWindowBits: bits });
          const theirs = new LiveDeflater(takeover, bits, level);
          for (const one of messages) {
            const restored = await decoded(ours, await theirs.payload(one));
            expect(Buffer.compare(restored as Uint8Array, one)).toBe(0);
          }
          theirs.close();
        }),
        { numRuns: 15 },
      );
    });

    it(`understands itself ${how}, whole and in parts`, async () => {
      await fc.assert(
        fc.asyncProperty(conversation, fc.constantFrom(8, 10, 15), async (messages, bits) => {
          const sender = codec({ sendContextTakeover: takeover, sendWindowBits: bits });
          const receiver = codec({ receiveContextTakeover: takeover, receiveWindowBits: bits });
          for (const [i, one] of messages.entries()) {
            const payload = await encoded(sender, one);
            if (payload === undefined) continue;
            if (i % 2 === 0) {
              expect(Buffer.compare((await decoded(receiver, payload)) as Uint8Array, one)).toBe(0);
              continue;
            }
            const parts: Uint8Array[] = [];
            const decoder = receiver.decodeParts({ decoded: (part) => void parts.push(part) });
            expect(await new Promise((resolve) => decoder.push(payload, false, resolve))).toBe(undefined);
            expect(await new Promise((resolve) => decoder.push(new Uint8Array(0), true, resolve))).toBe(undefined);
            decoder.close();
            expect(Buffer.compare(Buffer.concat(parts), one)).toBe(0);
          }
        }),
        { numRuns: 15 },
      );
    });
  }

  it('makes messages smaller that repeat earlier ones, with context takeover', async () => {
    const ours = codec({ sendContextTakeover: true });
    const one = text(JSON.stringify({ user: 'somebody', text: 'something', time: 1_700_000_000 }));
    const first = (await encoded(ours, one)) as Uint8Array;
    const second = (await encoded(ours, one)) as Uint8Array;
    expect(second.length).toBeLessThan(first.length / 4);
  });

  describe('encode', () => {
    it('answers small messages at once, and large ones later', async () => {
      const ours = codec();
      const small = new Uint8Array(SYNC_BYTES);
      expect(atOnce((done) => ours.encode(small, done))).toEqual(plain(deflateNow(small, FAST, 15)));
      const large = new Uint8Array(SYNC_BYTES + 1);
      expect(atOnce((done) => ours.encode(large, done))).toBe('later');
      expect(await encoded(ours, large)).toEqual(plain(deflateNow(large, FAST, 15)));
    });

    it('sends as it is what does not become smaller, and then refers back to nothing of it', async () => {
      const ours = codec({ sendContextTakeover: true });
      const theirs = new LiveInflater(true);
      const incompressible = noise(SYNC_BYTES * 2);
      expect(await encoded(ours, noise(500))).toBe(undefined);
      expect(await encoded(ours, incompressible)).toBe(undefined);
      expect(await encoded(ours, new Uint8Array(0))).toBe(undefined);
      const next = new Uint8Array(Buffer.concat([noise(500).subarray(0, 400), new Uint8Array(500)]));
      expect(await theirs.message((await encoded(ours, next)) as Uint8Array)).toEqual(next);
      theirs.close();
    });

    it('has at most so many at work in the process, in order, and drops what waits when its connection ends', async () => {
      const jobs = new JobLimiter(1);
      const done: string[] = [];
      const [a, b, c] = [codec({}, jobs), codec({}, jobs), codec({}, jobs)];
      const large = new Uint8Array(100_000);
      const finished = new Promise<void>((resolve) => {
        a.encode(large, () => done.push('a'));
        b.encode(large, () => done.push('b'));
        c.encode(large, () => {
          done.push('c');
          resolve();
        });
      });
      expect(jobs).toMatchObject({ underWay: 1, waiting: 2 });
      b.close();
      expect(jobs).toMatchObject({ underWay: 1, waiting: 1 });
      await finished;
      expect(done).toEqual(['a', 'c']);
      expect(jobs).toMatchObject({ underWay: 0, waiting: 0 });
    });

    it('does not answer a connection that has ended meanwhile, and gives its place back', async () => {
      const jobs = new JobLimiter(1);
      const ours = codec({}, jobs);
      let answered = false;
      ours.encode(new Uint8Array(100_000), () => {
        answered = true;
      });
      ours.close();
      await encoded(codec({}, jobs), new Uint8Array(100_000));
      expect(answered).toBe(false);
      expect(jobs.underWay).toBe(0);
    });
  });

  describe('decode', () => {
    it.each(DEFLATED)('restores $name', async ({ payload, dictionary, message: whole }) => {
      const ours = codec({ receiveContextTakeover: true });
      if (dictionary !== undefined) await decoded(ours, deflated(dictionary));
      expect(await decoded(ours, payload)).toEqual(whole);
    });

    it.each(INVALID)('refuses $name', async ({ payload }) => {
      expect(await decoded(codec(), payload)).toBe('DEFLATE_INVALID');
    });

    it('takes a message without a byte for an empty one', () => {
      expect(atOnce((done) => codec().decode(new Uint8Array(0), MANY, done))).toEqual(new Uint8Array(0));
    });

    it('answers small payloads at once that become no more than 256 KiB, the others later', async () => {
      const ours = codec();
      const enough = deflated(new Uint8Array(SYNC_INFLATED_BYTES));
      expect(atOnce((done) => ours.decode(enough, MANY, done))).toHaveLength(SYNC_INFLATED_BYTES);
      const more = deflated(new Uint8Array(SYNC_INFLATED_BYTES + 1));
      expect(atOnce((done) => ours.decode(more, MANY, done))).toBe('later');
      expect(await decoded(ours, more)).toHaveLength(SYNC_INFLATED_BYTES + 1);
      const large = deflated(noise(SYNC_BYTES + 1));
      expect(atOnce((done) => ours.decode(large, MANY, done))).toBe('later');
      expect(await decoded(ours, large)).toEqual(noise(SYNC_BYTES + 1));
    });

    it.each([1000, SYNC_INFLATED_BYTES, SYNC_INFLATED_BYTES + 1, 1024 * 1024])(
      'stops a bomb at a limit of %d bytes, and closes what it opened',
      async (limit) => {
        const streams = watchInflaters();
        const bomb = deflated(new Uint8Array(MANY));
        expect(bomb.length * 1000).toBeLessThan(MANY);
        const jobs = new JobLimiter(4);
        expect(await decoded(codec({}, jobs), bomb, limit)).toBe('MESSAGE_TOO_BIG');
        expect(await decoded(codec({}, jobs), deflated(new Uint8Array(limit + 1)), limit)).toBe('MESSAGE_TOO_BIG');
        expect(await decoded(codec({}, jobs), deflated(new Uint8Array(limit)), limit)).toHaveLength(limit);
        expect(streams.open()).toBe(0);
        expect(jobs).toMatchObject({ underWay: 0, waiting: 0 });
      },
    );

    it('lives through a bomb that turns invalid after the limit', async () => {
      const payload = Buffer.concat([deflated(new Uint8Array(2_000_000)), fromHex('0000ffff07')]);
      expect(await decoded(codec(), payload, 1_000_000)).toBe('MESSAGE_TOO_BIG');
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await decoded(codec(), payload, 3_000_000)).toBe('DEFLATE_INVALID');
    });

    it('does not answer a connection that has ended, and leaves nothing open', async () => {
      const streams = watchInflaters();
      const jobs = new JobLimiter(1);
      const [ours, waiting] = [codec({}, jobs), codec({}, jobs)];
      const large = deflated(noise(100_000));
      ours.decode(large, MANY, () => expect.unreachable());
      waiting.decode(large, MANY, () => expect.unreachable());
      expect(jobs).toMatchObject({ underWay: 1, waiting: 1 });
      ours.close();
      waiting.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(streams.open()).toBe(0);
      expect(jobs).toMatchObject({ underWay: 0, waiting: 0 });
    });
  });

  it('may be closed when nothing is under way', () => {
    expect(codec().close()).toBe(undefined);
  });

  describe('in an Endpoint', () => {
    /** What a client makes of frames, until it has heard this many messages or has failed. */
    function heard(frames: string, count: number, streaming: boolean): Promise<string[]> {
      return new Promise((resolve) => {
        const events: string[] = [];
        let stream = '';
        const record = (event: string): void => {
          events.push(event);
          if (events.length === count) resolve(events);
        };
        const handler: EndpointHandler = {
          text: (words) => record(words),
          binary: () => record('binary'),
          streamPart: (bytes) => {
            stream += Buffer.from(bytes).toString();
          },
          streamEnd: () => {
            record(`streamed ${stream}`);
            stream = '';
          },
          ping() {},
          pong() {},
          stateChanged() {},
          failed: ({ code }) => record(code),
        };
        const ours = codec({ receiveContextTakeover: true });
        const endpoint = new Endpoint(handler, new BufferSink(), { role: 'client', maskingKey: () => 0 }, ours);
        endpoint.streamNext(streaming);
        endpoint.receive(fromHex(frames));
      });
    }

    it.each([
      ['7.2.3.1: one block', 'c1 07 f248cdc9c90700', 1],
      ['7.2.3.1: one block in two fragments', '41 03 f248cd 80 04 c9c90700', 1],
      ['7.2.3.2: the context taken over', 'c1 07 f248cdc9c90700 c1 05 f200110000', 2],
      ['7.2.3.3: a block without compression', 'c1 0b 000500faff48656c6c6f00', 1],
      ['7.2.3.4: a block with BFINAL set', 'c1 08 f348cdc9c9070000', 1],
      ['7.2.3.5: two blocks', 'c1 0d f24805000000ffffcac9c90700', 1],
    ])('restores the frames of RFC 7692, section %s', async (_, frames, count) => {
      expect(await heard(frames, count, false)).toEqual(Array(count).fill('Hello'));
      expect(await heard(frames, count, true)).toEqual(Array(count).fill('streamed Hello'));
    });

    it.each([
      ['TEXT_INVALID', 'text that is not UTF-8 when it is inflated', 'c1 03 fa0f00'],
      ['TEXT_INVALID', 'text that ends inside a code point when it is inflated', '41 02 7ad4 80 02 0400'],
      ['DEFLATE_INVALID', 'a block of the reserved type', 'c1 01 07'],
      ['DEFLATE_INVALID', 'a reference to a context that is not there', 'c1 05 f200110000'],
      ['RSV1_MISPLACED', 'RSV1 on a continuation', '41 03 f248cd c0 04 c9c90700'],
    ])('fails with %s for %s', async (code, _, frames) => {
      expect(await heard(frames, 1, false)).toEqual([code]);
      expect(await heard(frames, 1, true)).toEqual([code]);
    });
  });

  it('holds nothing of a message it has restored in the thread pool', async () => {
    const payload = deflated(noise(1024 * 1024));
    const codecs = Array.from({ length: 8 }, () => codec());
    const before = await arrayBuffers();
    for (const one of codecs) {
      expect(await decoded(one, payload)).toHaveLength(1024 * 1024);
      await new Promise<unknown>((resolve) => {
        const parts = one.decodeParts({ decoded() {} });
        parts.push(payload, true, (violation) => {
          parts.close();
          resolve(violation);
        });
      });
    }
    expect((await arrayBuffers()) - before).toBeLessThan(128 * 1024);
    for (const one of codecs) one.close();
  });
});

/** Bytes in use once zlib has let go of its own. */
async function arrayBuffers(): Promise<number> {
  for (let turn = 0; turn < 4; turn++) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return process.memoryUsage().arrayBuffers;
}
