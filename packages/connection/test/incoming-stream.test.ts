import { describe, expect, it } from 'vitest';
import { IncomingStream, type IncomingStreamPort } from '../src/incoming-stream.ts';

class Port implements IncomingStreamPort {
  readonly log: string[] = [];
  pauseStream(): void {
    this.log.push('pause');
  }
  resumeStream(): void {
    this.log.push('resume');
  }
}

const OVERHEAD = 64;
const LOST = new Error('lost');

function setUp(
  { highWater = 1000, maxMessageSize = 1000 } = {},
  type: 'text' | 'binary' = 'binary',
): { stream: IncomingStream; port: Port } {
  const port = new Port();
  return { stream: new IncomingStream(type, port, { highWater, maxMessageSize }), port };
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of stream) parts.push(new TextDecoder().decode(part));
  return parts;
}

async function isOver(stream: IncomingStream): Promise<boolean> {
  let over = false;
  void stream.whenOver().then(() => {
    over = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

describe('IncomingStream', () => {
  it('gives the parts that came and those that come, without empty ones', async () => {
    const { stream } = setUp();
    stream.push(bytes('a'));
    stream.push(bytes(''));
    stream.push(bytes('b'));
    const parts = collect(stream);
    await Promise.resolve();
    stream.push(bytes('c'));
    stream.end();
    expect(await parts).toEqual(['a', 'b', 'c']);
    expect(stream.type).toBe('binary');
  });

  it('serves reads that were asked for at once in order, and ends those that are too many', async () => {
    const { stream } = setUp();
    const reader = stream[Symbol.asyncIterator]();
    const reads = [reader.next?.(), reader.next?.(), reader.next?.()];
    stream.push(bytes('a'));
    stream.end();
    expect(await Promise.all(reads)).toEqual([
      { value: bytes('a'), done: false },
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
  });

  it('can be iterated through its iterator', async () => {
    const { stream } = setUp();
    stream.push(bytes('a'));
    stream.end();
    expect(await collect(stream[Symbol.asyncIterator]() as AsyncIterableIterator<Uint8Array>)).toEqual(['a']);
  });

  it('pauses its source over the high-water mark, once, and resumes it at a quarter', async () => {
    const { stream, port } = setUp({ highWater: 4 * (OVERHEAD + 10) });
    for (let i = 0; i < 6; i++) stream.push(new Uint8Array(10));
    expect(port.log).toEqual(['pause']);
    const reader = stream[Symbol.asyncIterator]();
    for (let i = 0; i < 4; i++) await reader.next();
    expect(port.log).toEqual(['pause']);
    await reader.next();
    expect(port.log).toEqual(['pause', 'resume']);
  });

  it('counts 64 bytes beside each part, so that a flood of tiny ones is bounded', () => {
    const { stream, port } = setUp({ highWater: 650 });
    for (let i = 0; i < 11; i++) stream.push(new Uint8Array(1));
    expect(port.log).toEqual(['pause']);
  });

  it('tells why the message is not complete once, after what came', async () => {
    const { stream } = setUp();
    stream.push(bytes('a'));
    stream.end(() => LOST);
    const reader = stream[Symbol.asyncIterator]();
    expect(await reader.next()).toEqual({ value: bytes('a'), done: false });
    await expect(reader.next()).rejects.toBe(LOST);
    expect(await reader.next()).toEqual({ value: undefined, done: true });
  });

  it('tells the first read that waits', async () => {
    const { stream } = setUp();
    const reader = stream[Symbol.asyncIterator]();
    const reads = [reader.next(), reader.next()];
    stream.end(() => LOST);
    await expect(reads[0]).rejects.toBe(LOST);
    expect(await reads[1]).toEqual({ value: undefined, done: true });
  });

  it('resumes its source at the end: nothing more comes', () => {
    const { stream, port } = setUp({ highWater: 1 });
    stream.push(bytes('a'));
    stream.end(() => LOST);
    expect(port.log).toEqual(['pause', 'resume']);
  });

  it('takes nothing after the end, and no second end', async () => {
    const { stream } = setUp();
    stream.push(bytes('a'));
    stream.end();
    stream.push(bytes('b'));
    stream.end(() => LOST);
    expect(await collect(stream)).toEqual(['a']);
  });

  it('is over when its last part is taken, when it is left, and when its end is known with nothing left', async () => {
    const { stream } = setUp();
    stream.push(bytes('a'));
    stream.end();
    expect(stream.isUntouched).toBe(true);
    expect(await isOver(stream)).toBe(false);
    await stream[Symbol.asyncIterator]().next();
    expect(stream.isUntouched).toBe(false);
    expect(await isOver(stream)).toBe(true);

    const { stream: empty } = setUp();
    const over = isOver(empty);
    empty.end();
    expect(await over).toBe(true);
  });

  it('drops the rest when its loop is left', async () => {
    const { stream, port } = setUp({ highWater: 100 });
    stream.push(new Uint8Array(100));
    stream.push(new Uint8Array(100));
    for await (const part of stream) {
      expect(part).toHaveLength(100);
      break;
    }
    expect(port.log).toEqual(['pause', 'resume']);
    stream.push(new Uint8Array(1000));
    expect(port.log).toEqual(['pause', 'resume']);
    expect(await isOver(stream)).toBe(true);
  });

  it('ends reads that wait when it is left', async () => {
    const { stream } = setUp();
    const reader = stream[Symbol.asyncIterator]();
    const read = reader.next();
    await reader.return?.();
    expect(await read).toEqual({ value: undefined, done: true });
    expect(await reader.next()).toEqual({ value: undefined, done: true });
  });

  it('is read once', async () => {
    const { stream } = setUp();
    stream.end();
    await collect(stream);
    const again = { name: 'UsageError', code: 'ALREADY_CONSUMED' };
    expect(() => stream[Symbol.asyncIterator]()).toThrow(expect.objectContaining(again));
    expect(() => stream.readable).toThrow(expect.objectContaining(again));
    await expect(stream.bytes()).rejects.toMatchObject(again);
    await expect(stream.text()).rejects.toMatchObject(again);
  });

  it('cannot be read when it was dropped', async () => {
    const { stream, port } = setUp({ highWater: 1 });
    stream.push(bytes('a'));
    stream.drop();
    expect(port.log).toEqual(['pause', 'resume']);
    const dropped = { name: 'UsageError', code: 'STREAM_DROPPED' };
    expect(() => stream[Symbol.asyncIterator]()).toThrow(expect.objectContaining(dropped));
    expect(() => stream.readable).toThrow(expect.objectContaining(dropped));
    await expect(stream.bytes()).rejects.toMatchObject(dropped);
    await expect(stream.text()).rejects.toMatchObject(dropped);
    expect(await isOver(stream)).toBe(true);
    stream.end();
  });
});

describe('IncomingStream.bytes and text', () => {
  it('give the whole message', async () => {
    const { stream } = setUp();
    stream.push(bytes('ab'));
    stream.push(bytes('c'));
    stream.end();
    expect(await stream.bytes()).toEqual(bytes('abc'));

    const { stream: text } = setUp({}, 'text');
    text.push(Uint8Array.of(0xef, 0xbb, 0xbf, 0xf0, 0x9f));
    text.push(Uint8Array.of(0x91, 0x8d));
    text.end();
    expect(await text.text()).toBe('\ufeff👍');
  });

  it('give nothing for an empty message', async () => {
    const { stream } = setUp();
    stream.end();
    expect(await stream.bytes()).toEqual(new Uint8Array(0));
    const { stream: text } = setUp({}, 'text');
    text.end();
    expect(await text.text()).toBe('');
  });

  it('give U+FFFD for what is not UTF-8', async () => {
    const { stream } = setUp();
    stream.push(Uint8Array.of(0x61, 0xff));
    stream.end();
    expect(await stream.text()).toBe('a\ufffd');
  });

  it('refuse a message over the limit, and drop the rest', async () => {
    for (const read of ['bytes', 'text'] as const) {
      const { stream, port } = setUp({ highWater: 1, maxMessageSize: 4 });
      stream.push(new Uint8Array(3));
      stream.push(new Uint8Array(2));
      await expect(stream[read]()).rejects.toMatchObject({ name: 'UsageError', code: 'STREAM_TOO_LONG' });
      expect(await isOver(stream)).toBe(true);
      expect(port.log.at(-1)).toBe('resume');
    }
  });

  it('take a message of just the limit', async () => {
    const { stream } = setUp({ maxMessageSize: 4 });
    stream.push(new Uint8Array(3));
    stream.push(new Uint8Array(1));
    stream.end();
    expect(await stream.bytes()).toHaveLength(4);
  });

  it('reject with the end of the connection', async () => {
    const { stream } = setUp();
    const whole = stream.bytes();
    stream.push(bytes('a'));
    stream.end(() => LOST);
    await expect(whole).rejects.toBe(LOST);
  });
});

describe('IncomingStream.readable', () => {
  it('is the same each time, and gives the parts', async () => {
    const { stream } = setUp();
    const { readable } = stream;
    expect(stream.readable).toBe(readable);
    expect(stream.isUntouched).toBe(false);
    stream.push(bytes('a'));
    stream.push(bytes('b'));
    stream.end();
    expect(await collect(readable as unknown as AsyncIterable<Uint8Array>)).toEqual(['a', 'b']);
  });

  it('takes nothing ahead of its reader', async () => {
    const { stream, port } = setUp({ highWater: 1 });
    const reader = stream.readable.getReader();
    stream.push(bytes('a'));
    stream.push(bytes('b'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(port.log).toEqual(['pause']);
    expect(await reader.read()).toEqual({ value: bytes('a'), done: false });
  });

  it('drops the rest when it is cancelled', async () => {
    const { stream, port } = setUp({ highWater: 1 });
    stream.push(bytes('a'));
    await stream.readable.cancel();
    expect(await isOver(stream)).toBe(true);
    expect(port.log).toEqual(['pause', 'resume']);
  });

  it('fails with the end of the connection', async () => {
    const { stream } = setUp();
    const reader = stream.readable.getReader();
    stream.end(() => LOST);
    await expect(reader.read()).rejects.toBe(LOST);
  });
});
