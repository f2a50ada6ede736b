import { describe, expect, it } from 'vitest';
import { type ProbeOptions, settleProbe } from '../src/probe-options.ts';

const isAnswer = (message: unknown): boolean => message === 'pong';

describe('settleProbe', () => {
  it('has a default for every time and size', () => {
    const settings = settleProbe({ message: 'ping', isAnswer });
    expect(settings).toMatchObject({
      isAnswer,
      interval: 25_000,
      deadline: 20_000,
      wakeDeadline: 1000,
      maxReceiveQueue: 64 * 1024 * 1024,
    });
    expect(settings.makeMessage()).toBe('ping');
  });

  it('takes what is set', () => {
    let count = 0;
    const message = (): string => `ping ${++count}`;
    const options = { message, isAnswer, interval: 1, deadline: 2, wakeDeadline: 3, maxReceiveQueue: 4 };
    const { makeMessage, ...rest } = settleProbe(options);
    expect([makeMessage(), makeMessage()]).toEqual(['ping 1', 'ping 2']);
    expect(rest).toEqual({ isAnswer, interval: 1, deadline: 2, wakeDeadline: 3, maxReceiveQueue: 4 });
    expect(settleProbe({ message: Uint8Array.of(1), isAnswer }).makeMessage()).toEqual(Uint8Array.of(1));
  });

  it.each([
    ['interval', 0],
    ['interval', 2 ** 31],
    ['deadline', Number.NaN],
    ['deadline', '5'],
    ['wakeDeadline', null],
    ['wakeDeadline', Number.POSITIVE_INFINITY],
    ['maxReceiveQueue', 0],
  ])('refuses %s: %s', (name, value) => {
    expect(() => settleProbe({ message: 'ping', isAnswer, [name]: value } as ProbeOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }),
    );
  });

  it('refuses a probe that cannot be sent, and one whose answer nobody knows', () => {
    expect(() => settleProbe({ message: 5 as never, isAnswer })).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'INVALID_ARGUMENT' }),
    );
    expect(() => settleProbe({ message: 'ping' } as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining('isAnswer') }),
    );
  });
});
