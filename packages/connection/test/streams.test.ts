import { describe, expect, it } from 'vitest';
import { closureOf } from '../src/closure.ts';
import type { MessageStream } from '../src/connection.ts';
import { Inbox } from '../src/inbox.ts';
import { Streams, type StreamsPort } from '../src/streams.ts';

const CLEAN = closureOf({ received: { code: 1000, reason: '' }, sent: { code: 1000, reason: '' } });
const LOST = closureOf({});
const CUT = new Error('cut');
const CONSUMED = expect.objectContaining({ name: 'UsageError', code: 'ALREADY_CONSUMED' });

class Port implements StreamsPort {
  readonly log: unknown[] = [];
  /** Called when the next message is to be a stream. */
  onAsked: () => void = () => {};

  streamNext(on: boolean): void {
    this.log.push(on);
    if (on) this.onAsked();
  }
  pauseStream(): void {
    this.log.push('pause');
  }
  resumeStream(): void {
    this.log.push('resume');
  }
}

function setUp(highWater = 1000): { streams: Streams; inbox: Inbox; port: Port } {
  const port = new Port();
  const inbox = new Inbox({ pause: () => {}, resume: () => {}, listenerFailed: () => {} });
  return { streams: new Streams(port, inbox, { highWater, maxMessageSize: 10_000 }), inbox, port };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The next stream, which must come. */
async function next(loop: AsyncIterator<MessageStream, undefined>): Promise<MessageStream> {
  const { value } = await loop.next();
  if (value === undefined) throw new Error('The loop has ended.');
  return value;
}

describe('Streams', () => {
  it('asks for a stream only while its loop waits', async () => {
    const { streams, port } = setUp();
    const loop = streams.streams();
    expect(port.log).toEqual([]);
    const coming = next(loop);
    await settle();
    expect(port.log).toEqual([true]);
    streams.start('text');
    expect(port.log).toEqual([true, false]);
    const stream = await coming;
    expect(stream.type).toBe('text');
    const text = stream.text();
    streams.part(bytes('a'));
    streams.part(bytes('b'));
    streams.end();
    expect(await text).toBe('ab');
  });

  it('takes a stream that begins while it is asked for', async () => {
    const { streams, port } = setUp();
    port.onAsked = () => {
      streams.start('binary');
      streams.part(bytes('half'));
    };
    const stream = await next(streams.streams());
    streams.end();
    expect(await stream.bytes()).toEqual(bytes('half'));
  });

  it('gives what came whole as streams of one chunk, in order', async () => {
    const { streams, inbox, port } = setUp();
    for (const message of ['é', bytes('b'), '']) streams.push(message);
    inbox.end(CLEAN);
    const got: unknown[] = [];
    for await (const stream of streams.streams()) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      got.push([stream.type, ...chunks]);
    }
    expect(got).toEqual([['text', bytes('é')], ['binary', bytes('b')], ['text']]);
    expect(port.log).toEqual([]);
  });

  it('takes a message that comes whole although a stream was asked for', async () => {
    const { streams, port } = setUp();
    const loop = streams.streams();
    const coming = next(loop);
    await settle();
    streams.push('whole');
    expect(port.log).toEqual([true, false]);
    expect(await (await coming).text()).toBe('whole');
  });

  it('drops what nobody has begun to read when the next one is asked for', async () => {
    const { streams, port } = setUp(100);
    const loop = streams.streams();
    port.onAsked = () => streams.start('binary');
    const first = await next(loop);
    streams.part(new Uint8Array(100));
    expect(port.log).toEqual([true, false, 'pause']);
    const coming = next(loop);
    await settle();
    expect(port.log).toEqual([true, false, 'pause', 'resume', true, false]);
    await expect(first.bytes()).rejects.toMatchObject({ code: 'STREAM_DROPPED' });
    await coming;
  });

  it('waits for who has begun to read', async () => {
    const { streams, port } = setUp();
    const loop = streams.streams();
    port.onAsked = () => streams.start('binary');
    const first = await next(loop);
    const whole = first.bytes();
    let came = false;
    const coming = next(loop).then(() => {
      came = true;
    });
    streams.part(bytes('a'));
    await settle();
    expect(came).toBe(false);
    streams.end();
    expect(await whole).toEqual(bytes('a'));
    await coming;
  });

  it('answers calls that were made at once one after the other', async () => {
    const { streams } = setUp();
    streams.push('1');
    streams.push('2');
    const loop = streams.streams();
    const [first, second] = await Promise.all([next(loop), next(loop)]);
    // The second call came while nobody read the first stream.
    await expect(first?.text()).rejects.toMatchObject({ code: 'STREAM_DROPPED' });
    expect(await second?.text()).toBe('2');
  });

  it('is a consumer as any other', async () => {
    const { streams, inbox } = setUp();
    const loop = streams.streams();
    expect(() => streams.streams()).toThrow(CONSUMED);
    expect(() => inbox[Symbol.asyncIterator]()).toThrow(CONSUMED);
    expect(() => inbox.listen({ message: () => {} })).toThrow(CONSUMED);
    await loop.return?.();
    inbox.listen({ message: () => {} });
    expect(() => streams.streams()).toThrow(CONSUMED);
  });

  it('leaves the stream alone that somebody reads, or may still read, when its loop is left', async () => {
    const { streams, inbox, port } = setUp();
    port.onAsked = () => streams.start('text');
    let kept: MessageStream | undefined;
    for await (const stream of streams.streams()) {
      kept = stream;
      break;
    }
    streams.part(bytes('a'));
    streams.end();
    expect(await kept?.text()).toBe('a');
    streams.push('next');
    const { value } = await inbox[Symbol.asyncIterator]().next();
    expect(value).toBe('next');
  });

  it('ends a call that waits when its loop is left, and asks for nothing more', async () => {
    const { streams, port } = setUp();
    const loop = streams.streams();
    const waiting = loop.next();
    await settle();
    await loop.return?.();
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(port.log).toEqual([true, false]);
    expect(await loop.next()).toEqual({ value: undefined, done: true });
    expect(await loop.return?.()).toEqual({ value: undefined, done: true });
  });

  it('does not ask on behalf of another loop that waits', async () => {
    const { streams, inbox, port } = setUp();
    const loop = streams.streams();
    await loop.return?.();
    const plain = inbox[Symbol.asyncIterator]().next();
    expect(await loop.next()).toEqual({ value: undefined, done: true });
    expect(port.log).toEqual([]);
    streams.push('a');
    expect(await plain).toEqual({ value: 'a', done: false });
  });

  it('lets a later loop go on, after who still reads', async () => {
    const { streams, port } = setUp();
    port.onAsked = () => streams.start('text');
    const loop = streams.streams();
    const stream = await next(loop);
    const text = stream.text();
    await loop.return?.();
    const later = streams.streams();
    let came = false;
    const coming = next(later).then(() => {
      came = true;
    });
    await settle();
    expect(came).toBe(false);
    streams.end();
    expect(await text).toBe('');
    await coming;
  });

  it('lets go of a stream nobody reads when another consumer comes', async () => {
    const { streams, port } = setUp(1);
    port.onAsked = () => streams.start('text');
    const loop = streams.streams();
    streams.letGo();
    const stream = await next(loop);
    await loop.return?.();
    streams.part(bytes('a'));
    streams.letGo();
    expect(port.log).toEqual([true, false, 'pause', 'resume']);
    await expect(stream.text()).rejects.toMatchObject({ code: 'STREAM_DROPPED' });
    streams.end();
  });

  it('lets who reads go on when another consumer comes', async () => {
    const { streams, port } = setUp();
    port.onAsked = () => streams.start('text');
    const loop = streams.streams();
    const text = (await next(loop)).text();
    await loop.return?.();
    streams.letGo();
    streams.part(bytes('a'));
    streams.end();
    expect(await text).toBe('a');
  });

  it('says whether a message too large for the inbox may be taken: by this loop, or as long as nobody consumes', async () => {
    const { streams, inbox } = setUp();
    expect(streams.mayTake).toBe(true);
    const loop = streams.streams();
    expect(streams.mayTake).toBe(true);
    await loop.return?.();
    expect(streams.mayTake).toBe(true);
    const plain = inbox[Symbol.asyncIterator]();
    expect(streams.mayTake).toBe(false);
    await plain.return?.();
    expect(streams.mayTake).toBe(true);
    inbox.listen({ message: () => {} });
    expect(streams.mayTake).toBe(false);
  });
});

describe('Streams at the end', () => {
  it('fails the reader of a message that is not complete, and ends the loop as iteration ends', async () => {
    for (const closure of [CLEAN, LOST]) {
      const { streams, inbox, port } = setUp();
      port.onAsked = () => streams.start('text');
      const loop = streams.streams();
      const text = (await next(loop)).text();
      streams.part(bytes('a'));
      streams.cut(() => CUT);
      inbox.end(closure);
      await expect(text).rejects.toBe(CUT);
      port.onAsked = () => {};
      if (closure.error === undefined) expect(await loop.next()).toEqual({ value: undefined, done: true });
      else await expect(loop.next()).rejects.toBe(closure.error);
      // It is free for another consumer, who learns the end.
      expect(streams.mayTake).toBe(true);
      expect(port.log).toEqual([true, false]);
      inbox[Symbol.asyncIterator]();
    }
  });

  it('ends a loop that waits', async () => {
    const { streams, inbox, port } = setUp();
    const waiting = streams.streams().next();
    await settle();
    streams.cut(() => CUT);
    inbox.end(CLEAN);
    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(port.log).toEqual([true, false]);
  });

  it('takes no parts after it was cut', () => {
    const { streams } = setUp();
    streams.cut(() => CUT);
    expect(() => {
      streams.part(bytes('a'));
      streams.end();
    }).not.toThrow();
  });

  it('rejects nothing that nobody looks at', async () => {
    const { streams, inbox } = setUp();
    void streams.streams().next();
    await settle();
    inbox.end(LOST);
    await settle();
  });
});
