import { describe, expect, it } from 'vitest';
import { EndpointSettings } from '../src/endpoint-settings.ts';
import { UsageError } from '../src/errors.ts';
import { applyMask } from '../src/mask.ts';
import { portableText } from '../src/utf8.ts';

const maskingKey = (): number => 0;

describe('EndpointSettings', () => {
  it('have a safe limit for everything, and backends for every runtime', () => {
    expect(new EndpointSettings({ role: 'server' })).toMatchObject({
      role: 'server',
      mask: applyMask,
      text: portableText,
      maskingKey: undefined,
      maxMessageSize: 2 ** 20,
      maxStreamedMessageSize: 2 ** 30,
      maxFrameSize: 2 ** 30,
      maxFragments: 16_384,
      maxQueuedPongs: 16,
    });
    expect(new EndpointSettings({ role: 'client', maskingKey })).toMatchObject({ maskingKey, maxMessageSize: 2 ** 24 });
  });

  it('let a frame and a stream be as large as a message', () => {
    const maxMessageSize = 2 ** 31;
    expect(new EndpointSettings({ role: 'server', maxMessageSize })).toMatchObject({
      maxStreamedMessageSize: maxMessageSize,
      maxFrameSize: maxMessageSize,
    });
  });

  it('cannot be changed, so that one check is enough for all connections', () => {
    const settings = new EndpointSettings({ role: 'server', maxFragments: 3 });
    expect(() => Object.assign(settings, { maxFragments: -1 })).toThrow(TypeError);
    expect(settings.maxFragments).toBe(3);
  });

  it('forget the masking keys of whom is a server', () => {
    const options = { role: 'server', maskingKey } as const;
    expect(new EndpointSettings(options).maskingKey).toBeUndefined();
  });

  it.each(['maxMessageSize', 'maxStreamedMessageSize', 'maxFrameSize', 'maxFragments', 'maxQueuedPongs'])(
    'refuse %s out of range, by its name',
    (name) => {
      for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1']) {
        const refused = expect(() => new EndpointSettings({ role: 'server', [name]: wrong }));
        refused.toThrow(UsageError);
        refused.toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }));
      }
    },
  );
});
