/// <reference path="./server.global-setup.ts" />
// What only a browser shows: its own URL rules, its own WebSocket under load, a page that nothing disturbs.

import type { Message } from '@framewire/connection';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { connect, reconnect } from '../src/index.ts';

const server = inject('contractServer');
const echo = `${server}/echo`;
const MIB = 1024 * 1024;

const rejections: unknown[] = [];
const seeRejection = ({ reason }: PromiseRejectionEvent): void => void rejections.push(reason);

beforeEach(() => globalThis.addEventListener('unhandledrejection', seeRejection));

afterEach(async () => {
  // They are reported a task after the promise was rejected.
  await new Promise((resolve) => setTimeout(resolve));
  globalThis.removeEventListener('unhandledrejection', seeRejection);
  expect(rejections.splice(0), 'promises that were rejected and that nobody handles').toEqual([]);
});

/** Bytes that tell their place. */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 8)) & 0xff);
}

function isSame(one: Message | undefined, other: Message): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one?.length === other.length && one.every((byte, i) => byte === other[i]);
}

describe('messages', () => {
  it('carries emoji, CJK and all sizes to 4 MiB, both ways at once', async () => {
    const messages: Message[] = [
      ...['', '👍🏽 👩‍👩‍👧‍👦 🇺🇳', '你好，世界。こんにちは 안녕하세요', '\ufeffmark', '👋'.repeat(100_000)],
      ...[0, 1, 125, 126, 65_535, 65_536, MIB, 4 * MIB].map(pattern),
    ];
    const connection = await connect(echo);
    const sending = (async () => {
      for (const message of [...messages, ...messages]) if (!connection.send(message)) await connection.drained();
    })();
    const got: Message[] = [];
    for await (const message of connection) if (got.push(message) === messages.length * 2) break;
    await sending;
    const wrong = [...messages, ...messages].findIndex((message, i) => !isSame(got[i], message));
    expect(wrong, 'index of the first message that differs').toBe(-1);
    expect(await connection.close()).toMatchObject({ code: 1000, clean: true });
  });

  it('sends shared memory, where a page may have it, and memory that may be resized', async () => {
    const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer; // ES2024
    const buffers: ArrayBufferLike[] = [new Resizable(8, { maxByteLength: 16 })];
    if (typeof SharedArrayBuffer !== 'undefined') buffers.push(new SharedArrayBuffer(8));
    const connection = await connect(echo);
    for (const buffer of buffers) {
      new Uint8Array(buffer).set(pattern(8));
      connection.send(new Uint8Array(buffer, 2, 3));
    }
    let count = 0;
    for await (const message of connection) {
      expect(message).toEqual(pattern(8).slice(2, 5));
      if (++count === buffers.length) break;
    }
    await connection.close();
  });
});

describe('the URL', () => {
  it('may be relative to the page', async () => {
    const Native = WebSocket;
    const urls: string[] = [];
    globalThis.WebSocket = class extends Native {
      constructor(...args: ConstructorParameters<typeof Native>) {
        super(...args);
        urls.push(this.url);
      }
    };
    try {
      // The page comes from the test runner's server, which leaves such openings unanswered.
      await expect(connect('/a?b', { handshakeTimeout: 1 })).rejects.toMatchObject({ name: 'HandshakeError' });
      await expect(connect('//127.0.0.1:1/a')).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
    } finally {
      globalThis.WebSocket = Native;
    }
    expect(urls).toEqual([`ws://${location.host}/a?b`, 'ws://127.0.0.1:1/a']);
  });

  it('may be one of http', async () => {
    const connection = await connect(echo.replace('ws:', 'http:'));
    expect(connection.url).toBe(echo);
    await connection.close();
  });

  it('may be one of https, which is opened with TLS', async () => {
    // The server has none, so it fails, but not for the URL.
    await expect(connect(echo.replace('ws:', 'https:'))).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
  });

  it('has no fragment and no other scheme', () => {
    for (const url of [`${echo}#a`, `${echo}#`, 'ftp://127.0.0.1/', 'blob:x', 'ws://']) {
      expect(() => connect(url), url).toThrow(expect.objectContaining({ name: 'UsageError' }));
    }
  });
});

describe('what goes wrong', () => {
  it('rejects when the server refuses, is silent, or is not waited for any longer', async () => {
    await expect(connect(`${server}/nowhere`)).rejects.toMatchObject({
      name: 'HandshakeError',
      code: 'NOT_CONNECTED',
      status: 0,
    });
    await expect(connect(`${server}/silent`, { handshakeTimeout: 50 })).rejects.toMatchObject({
      name: 'HandshakeError',
      code: 'HANDSHAKE_TIMEOUT',
    });
    const controller = new AbortController();
    const opening = connect(`${server}/silent`, { signal: controller.signal });
    controller.abort();
    await expect(opening).rejects.toBe(controller.signal.reason);
  });

  it('is told when the peer breaks the protocol', async () => {
    const connection = await connect(echo);
    connection.send('nonsense');
    const closure = await connection.closed;
    expect(closure).toMatchObject({ clean: false, error: { name: 'ConnectionClosedError', code: 'LOST' } });
    expect(connection.state).toBe('closed');
  });

  it('disturbs nobody who does not look', async () => {
    const connection = await connect(echo);
    void connection[Symbol.asyncIterator]().next();
    connection.send('reset');
    await connection.closed;
    void connection.drained();
    expect(connection.send('late')).toBe(false);
  });
});

describe('reconnect', () => {
  it('goes on after the server has broken the connection', async () => {
    const states: string[] = [];
    const conversation = reconnect(echo, { baseDelay: 1, onStateChange: ({ state }) => void states.push(state) });
    const messages = conversation[Symbol.asyncIterator]();
    expect(await conversation.send('one')).toBe('sent');
    expect((await messages.next()).value).toBe('one');
    await conversation.send('reset');
    await expect.poll(() => states, { timeout: 10_000 }).toEqual(['open', 'waiting', 'connecting', 'open']);
    expect(await conversation.send('two')).toBe('sent');
    expect((await messages.next()).value).toBe('two');
    expect(await conversation.close()).toEqual({ why: 'closed' });
  });
});

describe('a connection that dies in silence', () => {
  const probe = { message: 'ping', isAnswer: (message: Message) => message === 'ping' };

  // The two seconds are promised, so they are measured; a machine that has other things to do may need another try.
  it.each([
    ['the page is looked at again', () => document.dispatchEvent(new Event('visibilitychange'))],
    ['the network is there again', () => globalThis.dispatchEvent(new Event('online'))],
    [
      'the page comes out of the cache',
      () => globalThis.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
    ],
  ])('is replaced within two seconds when %s', { retry: 2 }, async (_event, wake) => {
    const opened: number[] = [];
    const conversation = reconnect(echo, {
      probe,
      onStateChange: ({ state }) => {
        if (state === 'open') opened.push(performance.now());
      },
    });
    const messages = conversation[Symbol.asyncIterator]();
    expect(await conversation.send('one')).toBe('sent');
    expect((await messages.next()).value).toBe('one');
    // The server keeps the socket, and neither reads nor writes any more.
    await conversation.send('deaf');
    expect(document.visibilityState).toBe('visible');
    const wokenAt = performance.now();
    wake();
    await expect.poll(() => opened.length, { timeout: 10_000 }).toBe(2);
    expect((opened[1] ?? Number.NaN) - wokenAt).toBeLessThan(2000);
    expect(await conversation.send('two')).toBe('sent');
    expect((await messages.next()).value).toBe('two');
    expect(await conversation.close()).toEqual({ why: 'closed' });
  });

  it('is left alone when it lives after all', async () => {
    const states: string[] = [];
    const conversation = reconnect(echo, { probe, onStateChange: ({ state }) => void states.push(state) });
    const messages = conversation[Symbol.asyncIterator]();
    expect(await conversation.send('one')).toBe('sent');
    expect((await messages.next()).value).toBe('one');
    for (let i = 0; i < 3; i++) document.dispatchEvent(new Event('visibilitychange'));
    expect(await conversation.send('two')).toBe('sent');
    // The answers to the probes came before, and are nobody else's.
    expect((await messages.next()).value).toBe('two');
    expect(states).toEqual(['open']);
    await conversation.close();
  });
});
