import { EndpointSettings, UsageError } from '@framewire/protocol';
import { FakeClock } from '@framewire/testing';
import { describe, expect, it } from 'vitest';
import { Keepalive } from '../src/keepalive.ts';
import { nodeMask } from '../src/mask.ts';
import { randomMaskingKey } from '../src/masking-key.ts';
import { foreignMemory, socketMemory } from '../src/payload-memory.ts';
import { duration, settle, type TransportOptions } from '../src/settings.ts';
import { systemClock } from '../src/system-clock.ts';
import { Tally } from '../src/tally.ts';
import { nodeText } from '../src/text-codec.ts';

describe('settle', () => {
  it('has the defaults of the house', () => {
    const settings = settle({}, 'server');
    expect(settings).toMatchObject({
      endpoint: { role: 'server', mask: nodeMask, text: nodeText },
      sendHighWater: 1024 * 1024,
      maxSendQueue: 4 * 1024 * 1024,
      slowConsumer: 'close',
      pongDeadline: 20_000,
      inbox: { highWater: 256 * 1024 },
      closing: { delay: 5000 },
      maxControlFrames: { count: 100, window: 10_000 },
      messagesPerTurn: 64,
      bytesPerTurn: 65_536,
      clock: systemClock,
    });
    expect(settings.keepalive).toBeInstanceOf(Keepalive);
  });

  it('has a masking key for clients, and the limits of their role', () => {
    const { endpoint } = settle({}, 'client');
    expect(endpoint).toBeInstanceOf(EndpointSettings);
    expect(endpoint).toMatchObject({ role: 'client', maskingKey: randomMaskingKey, maxMessageSize: 16 * 1024 * 1024 });
    expect(settle({}, 'server').endpoint.maxMessageSize).toBe(1024 * 1024);
  });

  it('takes every option', () => {
    const clock = new FakeClock();
    const settings = settle(
      {
        maxMessageSize: 1,
        maxStreamedMessageSize: 9,
        maxFrameSize: 10,
        maxFragments: 2,
        maxQueuedPongs: 3,
        sendHighWater: 4,
        maxSendQueue: 5,
        slowConsumer: 'drop',
        receiveHighWater: 6,
        keepalive: false,
        closeTimeout: 7,
        maxControlFrames: { count: 8, window: 9 },
        messagesPerTurn: 10,
        bytesPerTurn: 11,
        clock,
      },
      'client',
    );
    expect(settings).toEqual({
      endpoint: expect.objectContaining({
        role: 'client',
        mask: nodeMask,
        text: nodeText,
        maskingKey: randomMaskingKey,
        maxMessageSize: 1,
        maxStreamedMessageSize: 9,
        maxFrameSize: 10,
        maxFragments: 2,
        maxQueuedPongs: 3,
        memory: socketMemory,
      }),
      foreignEndpoint: expect.objectContaining({ role: 'client', maxMessageSize: 1, memory: foreignMemory }),
      sendHighWater: 4,
      maxSendQueue: 5,
      slowConsumer: 'drop',
      inbox: { highWater: 6 },
      keepalive: undefined,
      pongDeadline: 0,
      closing: expect.objectContaining({ delay: 7 }),
      maxControlFrames: { count: 8, window: 9 },
      messagesPerTurn: 10,
      bytesPerTurn: 11,
      clock,
      tally: expect.any(Tally),
    });
  });

  it('compresses when it is told to, as it is told', () => {
    expect(settle({}, 'server').deflate).toBe(undefined);
    expect(settle({ deflate: false }, 'client').deflate).toBe(undefined);
    expect(settle({ deflate: true }, 'server').deflate?.policy.serverNoContextTakeover).toBe(true);
    const settings = settle({ deflate: { sendContextTakeover: true } }, 'server');
    expect(settings.deflate?.policy.serverNoContextTakeover).toBe(false);
  });

  it('raises the cap of the send queue with its high-water mark', () => {
    expect(settle({ sendHighWater: 8 * 1024 * 1024 }, 'server').maxSendQueue).toBe(8 * 1024 * 1024);
  });

  const WHOLE = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null];
  const TIME = [0, -1, 0.5, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY, '1', null];
  it.each([
    ...WHOLE.flatMap((value) => [
      ['maxMessageSize', value, { maxMessageSize: value }],
      ['maxFragments', value, { maxFragments: value }],
      ['maxQueuedPongs', value, { maxQueuedPongs: value }],
      ['sendHighWater', value, { sendHighWater: value }],
      ['maxSendQueue', value, { maxSendQueue: value }],
      ['receiveHighWater', value, { receiveHighWater: value }],
      ['messagesPerTurn', value, { messagesPerTurn: value }],
      ['bytesPerTurn', value, { bytesPerTurn: value }],
      ['maxControlFrames.count', value, { maxControlFrames: { count: value, window: 1 } }],
    ]),
    ...TIME.flatMap((value) => [
      ['closeTimeout', value, { closeTimeout: value }],
      ['keepalive.interval', value, { keepalive: { interval: value } }],
      ['keepalive.deadline', value, { keepalive: { deadline: value } }],
      ['maxControlFrames.window', value, { maxControlFrames: { count: 1, window: value } }],
    ]),
    ['maxSendQueue', 'less than sendHighWater', { sendHighWater: 100, maxSendQueue: 99 }],
    ['deflate.level', '10', { deflate: { level: 10 } }],
    ['deflate', 'null', { deflate: null }],
    ['slowConsumer', 'something else', { slowConsumer: 'wait' }],
    ['keepalive', 'true', { keepalive: true }],
    ['maxControlFrames', 'a number', { maxControlFrames: 7 }],
    ['clock', 'a function', { clock: () => 0 }],
    ['keepalive', 'null', { keepalive: null }],
    ['maxControlFrames', 'null', { maxControlFrames: null }],
    ['clock', 'null', { clock: null }],
  ] as [string, unknown, TransportOptions][])('refuses %s: %s, by name', (name, _value, options) => {
    const settling = (): unknown => settle(options, 'server');
    expect(settling).toThrow(UsageError);
    expect(settling).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }),
    );
  });
});

describe('duration', () => {
  it('is the value, or the default when there is none', () => {
    expect(duration('closeTimeout', 2 ** 31 - 1, 5)).toBe(2 ** 31 - 1);
    expect(duration('closeTimeout', undefined, 5)).toBe(5);
  });
});
