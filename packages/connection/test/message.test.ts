import { runInNewContext } from 'node:vm';
import { UsageError } from '@framewire/protocol';
import { describe, expect, it } from 'vitest';
import { checkMessage, MESSAGE_OVERHEAD, messageSize } from '../src/message.ts';

describe('messageSize', () => {
  it('counts two bytes for each UTF-16 code unit of text', () => {
    expect(messageSize('abc')).toBe(MESSAGE_OVERHEAD + 6);
    expect(messageSize('😀')).toBe(MESSAGE_OVERHEAD + 4);
  });

  it('counts the bytes of a view, not those of its buffer', () => {
    expect(messageSize(new Uint8Array(100).subarray(10, 15))).toBe(MESSAGE_OVERHEAD + 5);
  });

  it('does not take an empty message for free', () => {
    expect(messageSize('')).toBe(MESSAGE_OVERHEAD);
    expect(messageSize(new Uint8Array(0))).toBe(MESSAGE_OVERHEAD);
  });
});

describe('checkMessage', () => {
  it.each([
    ['text', ''],
    ['bytes', new Uint8Array(1)],
    ['a Buffer', Buffer.from('a')],
    ['bytes of another realm', runInNewContext('new Uint8Array(3)')],
  ])('takes %s', (_, value) => {
    expect(() => checkMessage(value)).not.toThrow();
  });

  it.each([
    ['an ArrayBuffer', new ArrayBuffer(1), 'ArrayBuffer'],
    ['a SharedArrayBuffer', new SharedArrayBuffer(1), 'SharedArrayBuffer'],
    ['another kind of view', new Int16Array(1), 'Int16Array'],
    ['a DataView', new DataView(new ArrayBuffer(1)), 'DataView'],
    ['a Blob', new Blob([]), 'Blob'],
    ['an object', { a: 1 }, 'Object'],
    ['nothing', undefined, 'Undefined'],
    ['null', null, 'Null'],
    ['a number', 7, 'Number'],
  ])('refuses %s, names it and says what to do', (_, value, tag) => {
    expect(() => checkMessage(value)).toThrow(UsageError);
    expect(() => checkMessage(value)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => checkMessage(value)).toThrow(`a Uint8Array, not ${tag}: make a Uint8Array of a buffer`);
  });
});
