import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { connect, reconnect } from '../src/index.ts';

describe('an option there is not', () => {
  it('is refused by name, and those there are told', async () => {
    const opening = connect('ws://127.0.0.1:1/', { maxPayload: 100 } as never);
    await expect(opening).rejects.toBeInstanceOf(UsageError);
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^connect\(\) has no option maxPayload\. There are .*\bmaxMessageSize\b/),
    });
  });

  it('is refused by reconnect as well, in both places', () => {
    expect(() => reconnect('ws://127.0.0.1:1/', { retries: 5 } as never)).toThrow(
      /^reconnect\(\) has no option retries\. There are .*\bmaxAttempts\b/,
    );
    expect(() => reconnect('ws://127.0.0.1:1/', { connect: { agent: {} } } as never)).toThrow(
      'connect() has no option agent.',
    );
  });

  it.each([
    [{ keepalive: { timeout: 5 } }, 'connect() has no option keepalive.timeout. There are deadline, interval.'],
    [{ maxControlFrames: { max: 5 } }, 'connect() has no option maxControlFrames.max. There are count, window.'],
    [{ deflate: { windowBits: 9 } }, 'connect() has no option deflate.windowBits. There are level,'],
  ])('is refused inside another: %j', async (options, told) => {
    await expect(connect('ws://127.0.0.1:1/', options as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(told),
    });
  });
});
