import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { connect, reconnect } from '../src/index.ts';
import { CONNECT_NAMES, checkNames, RECONNECT_NAMES } from '../src/option-names.ts';

describe('an option there is not', () => {
  it('is refused by name, and those there are told', async () => {
    const opening = connect('ws://127.0.0.1:1/', { maxPayload: 100 } as never);
    await expect(opening).rejects.toBeInstanceOf(UsageError);
    await expect(opening).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringMatching(/^connect has no option maxPayload\. It has .*\bmaxMessageSize\b/),
    });
  });

  it('is refused by reconnect as well, in both places', () => {
    expect(() => reconnect('ws://127.0.0.1:1/', { retries: 5 } as never)).toThrow(
      /^reconnect has no option retries\. It has .*\bmaxAttempts\b/,
    );
    expect(() => reconnect('ws://127.0.0.1:1/', { connect: { agent: {} } } as never)).toThrow(
      'connect has no option agent.',
    );
  });

  it.each([
    [{ keepalive: { timeout: 5 } }, 'keepalive of connect has no option timeout. It has deadline, interval.'],
    [{ maxControlFrames: { max: 5 } }, 'maxControlFrames of connect has no option max. It has count, window.'],
    [{ deflate: { windowBits: 9 } }, 'deflate of connect has no option windowBits. It has level,'],
  ])('is refused inside another: %j', async (options, told) => {
    await expect(connect('ws://127.0.0.1:1/', options as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(told),
    });
  });

  it.each(['__proto__', 'constructor', 'toString'])('may have the name %s', (name) => {
    expect(() => checkNames('connect', JSON.parse(`{"${name}":1}`), CONNECT_NAMES)).toThrow(name);
  });

  it('is no matter when it is undefined', () => {
    checkNames('reconnect', { retries: undefined, maxAttempts: 5 }, RECONNECT_NAMES);
  });
});
