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
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a SharedArrayBuffer', new SharedArrayBuffer(1)],
    ['another kind of view', new Int16Array(1)],
    ['clamped bytes', new Uint8ClampedArray(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['a Blob', new Blob([])],
    ['an object', { a: 1 }],
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
  ])('refuses %s and says what to do', (_, value) => {
    expect(() => checkMessage(value)).toThrow(UsageError);
    expect(() => checkMessage(value)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(() => checkMessage(value)).toThrow('a string or Uint8Array');
  });
});
