// Messages arrive whole, unchanged, in order and exactly once, in both directions.

import { expect } from 'vitest';
import { type ContractTest, expectBytes, pattern, receive, settle, take } from './contract-test.ts';
import type { ContractHarness } from './harness.ts';

const TEXTS: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['ASCII', 'hello, world'],
  ['emoji', '👍🏽 👩‍👩‍👧‍👦 🇺🇳'],
  ['CJK', '你好，世界。こんにちは 안녕하세요'],
  ['a leading byte order mark', '\ufeffmark'],
  ['NUL and other controls', 'a\u0000b\r\n\u001f\u007f\u2028'],
  ['the last code point', '\u{10ffff}'],
  ['64 KiB of two-byte letters', 'é'.repeat(32_768)],
];

const SIZES: readonly number[] = [0, 1, 125, 126, 127, 65_535, 65_536, 1_048_576];

export function describeMessages(test: ContractTest, harness: ContractHarness): void {
  for (const [what, text] of TEXTS) {
    test(`carries text both ways: ${what}`, async (session) => {
      const { connection, peer } = session;
      connection.send(text);
      expect(await peer.receive()).toBe(text);
      await peer.send(text);
      const got = harness.losesByteOrderMark === true ? text.replace(/^\ufeff/, '') : text;
      expect(await take(connection, 1)).toEqual([got]);
    });
  }

  for (const size of SIZES) {
    test(`carries ${size} bytes both ways`, async ({ connection, peer }) => {
      const bytes = pattern(size);
      connection.send(bytes);
      expectBytes(await peer.receive(), bytes);
      await peer.send(bytes);
      const [got] = await take(connection, 1);
      expectBytes(got, bytes);
    });
  }

  test('sends U+FFFD for a lone surrogate, which UTF-8 cannot say', async ({ connection, peer }) => {
    connection.send('a\ud800b');
    expect(await peer.receive()).toBe('a\ufffdb');
  });

  test('sends the part of a buffer that a view shows, and no more', async ({ connection, peer }) => {
    const buffer = pattern(1000).buffer;
    connection.send(new Uint8Array(buffer, 100, 50));
    expectBytes(await peer.receive(), pattern(1000).subarray(100, 150));
    connection.send(new Uint8Array(buffer, 1000));
    expectBytes(await peer.receive(), new Uint8Array(0));
  });

  test('does not change what it is given to send', async ({ connection, peer }) => {
    for (const size of [16, 1000, 100_000]) {
      const bytes = pattern(size);
      connection.send(bytes);
      await peer.receive();
      expectBytes(bytes, pattern(size));
    }
  });

  test('keeps text and binary in order', async (session) => {
    const { connection, peer } = session;
    const messages = Array.from({ length: 100 }, (_, i) => (i % 3 === 0 ? pattern(i, i) : `message ${i}`));
    for (const message of messages) connection.send(message);
    expect(await receive(session, 100)).toEqual(messages);
    for (const message of messages) await peer.send(message);
    expect(await take(connection, 100)).toEqual(messages);
  });

  test('carries messages both ways at once', async (session) => {
    const { connection, peer } = session;
    const messages = Array.from({ length: 50 }, (_, i) => pattern(10_000, i));
    const received = receive(session, 50);
    const taken = take(connection, 50);
    for (const message of messages) {
      connection.send(message);
      await peer.send(message);
    }
    const [there, back] = await Promise.all([received, taken]);
    for (const [i, message] of messages.entries()) {
      expectBytes(there[i], message);
      expectBytes(back[i], message);
    }
  });

  test('gives bytes that are the receiver’s own: later messages do not change them', async ({ connection, peer }) => {
    for (const size of [10, 5000, 100_000]) {
      await peer.send(pattern(size, 1));
      const [first] = await take(connection, 1);
      await peer.send(pattern(size, 2));
      await peer.send(pattern(size, 3));
      await take(connection, 2);
      expectBytes(first, pattern(size, 1));
    }
  });

  test('loses no message that came before there was a consumer', async ({ connection, peer }) => {
    await peer.send('first');
    await peer.send(pattern(10));
    await settle();
    expect(await take(connection, 2)).toEqual(['first', pattern(10)]);
  });

  for (const [what, value] of [
    ['undefined', undefined],
    ['null', null],
    ['a number', 1],
    ['an object', {}],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['a Float64Array', new Float64Array(1)],
  ] as const) {
    test(`throws at the call when asked to send ${what}, and stays open`, async ({ connection, peer }) => {
      expect(() => connection.send(value as never)).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }),
      );
      connection.send('still here');
      expect(await peer.receive()).toBe('still here');
    });
  }
}
