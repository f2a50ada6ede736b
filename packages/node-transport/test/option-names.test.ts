import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { checkNames, TRANSPORT_NAMES } from '../src/option-names.ts';

const check = (options: object) => () => checkNames('serve()', options, TRANSPORT_NAMES, (name) => ` (${name}?)`);

describe('checkNames', () => {
  it('names an option that is none, a hint, and those there are', () => {
    expect(check({ maxPayload: 1 })).toThrow(UsageError);
    expect(check({ maxPayload: 1 })).toThrow(
      /^serve\(\) has no option maxPayload \(maxPayload\?\)\. There are .*\bmaxMessageSize\b/,
    );
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes %s for no option', (name) => {
    expect(check(JSON.parse(`{"${name}":1}`))).toThrow(name);
  });

  it.each([
    ['keepalive', 'timeout'],
    ['maxControlFrames', 'max'],
    ['deflate', 'windowBits'],
  ])('looks into %s, where there is no %s', (outer, inner) => {
    expect(check({ [outer]: { [inner]: 1 } })).toThrow(`serve() has no option ${outer}.${inner}. There are `);
    expect(check({ [outer]: { [inner]: undefined } })).not.toThrow();
    for (const value of [false, null, 1]) expect(check({ [outer]: value })).not.toThrow();
  });

  it('passes over what is undefined, and what there is', () => {
    expect(check({ maxPayload: undefined, maxMessageSize: 5, keepalive: { interval: 5 } })).not.toThrow();
  });
});
